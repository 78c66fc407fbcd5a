"""Columns of the units of measures of chains: which one, and what was tried."""

from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, INT, TEXT, TIME, Column
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB

CHAIN = (
    DB,
    SESSION,
    Column("chain_id", INT, "The chain"),
    Column("started_at", TIME, "Its first failure", unit="UTC"),
)
TRIED = (
    Column("kind", CATEGORY, "What was tried", values=vocabulary.KINDS),
    Column("error_category", CATEGORY, "Kind of failure of the last try", values=vocabulary.CATEGORIES),
    Column("agent_type", TEXT, "Type of the agent of the last try, or `main thread`"),
    Column("tried", TEXT, "What was tried, in its own words"),
)
