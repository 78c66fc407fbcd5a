"""Columns that the units of every measure of compactions begin with."""

from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, INT, TIME, Column
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB

COMPACTION = (DB, SESSION, Column("compaction_id", INT, "The compaction"))
MOMENT = (
    Column("number", INT, "Its place in its file, in order of time, from 1", unit="count"),
    Column("moment_at", TIME, "Its start, or its end where only that was seen", unit="UTC"),
    Column("trigger", CATEGORY, "Who asked for it", values=vocabulary.TRIGGERS),
)
