"""Columns that the units of measures of single agents begin with."""

from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, TEXT, TIME, Column
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB

AGENT = (
    DB,
    SESSION,
    Column("agent_id", TEXT, "The agent"),
    Column("spawned_at", TIME, "Its start; NA where it was missed", unit="UTC"),
    Column("agent_type", TEXT, "Kind of agent"),
    Column("status", CATEGORY, "Where it stands", values=vocabulary.AGENT_STATUSES),
)
