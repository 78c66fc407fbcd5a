"""What every measure is made of: units, what of them adds up, and estimates; one contract each for all."""

from __future__ import annotations

from dataclasses import dataclass

from claudesess.contracts.contract import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Contract
from claudesess.contracts.raw import DB
from claudesess.errors import ContractError

ROLES = ("estimate", "control", "difference")
STATISTICS = ("share", "rate", "mean", "p25", "p50", "p75", "p90", "p95", "p99", "knee")

SESSION = Column("session_id", TEXT, "The client's session")
"""Column of every `Units`, after `DB`."""


@dataclass(frozen=True)
class Units(Contract):
    """The units of one measure: one row per thing observed or exposed; named ``question.measure``.

    Parameters
    ----------
    at
        The column that says when; ``by="day"`` goes by it.
    covariates
        Columns by which people may group and filter; those of the session come from `session_covariates`.
    """

    at: str = ""
    covariates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.names[:2] != ["db", "session_id"] or not set(self.covariates) <= set(self.names):
            raise ContractError(
                f"units {self.name}: db and session_id come first, and covariates are columns"
            )
        if self.column(self.at).dtype != TIME:
            raise ContractError(f"units {self.name}: {self.at} is no time")

    @property
    def question(self) -> str:
        """The folder of the measure."""
        return self.name.partition(".")[0]

    @property
    def measure(self) -> str:
        """The file of the measure."""
        return self.name.partition(".")[2]


def _count(name: str, doc: str) -> Column:
    return Column(name, INT, doc, unit="count")


GROUPS = (
    Column("group_by", TEXT, "The covariate that `group` is a value of; NA where the row covers all units"),
    Column("group", TEXT, "One of its values, `not known` where units have none"),
    Column("group_2_by", TEXT, "A second covariate"),
    Column("group_2", TEXT, "One of its values"),
)
_OUTCOME = Column("outcome", TEXT, "The event, state or level that the row is about")
_HORIZON = Column("horizon", FLOAT, "By when, or at which step", unit="horizon_unit")
_HORIZON_UNIT = Column("horizon_unit", TEXT, "Unit of the horizon: attempts, s, calls")
_PENDING = _count("n_pending", "Units of which the outcome is not decided yet")
_CENSORED = _count("n_censored", "Units whose end was not seen: they lasted at least as long as watched")

GROUPING = [column.name for column in GROUPS]
"""Columns of `SUMS` and `ESTIMATES` that say which group a row is of."""

SUMS = Contract(
    "sums",
    "what adds up over the units of one session, group, outcome and horizon (and value, and unit)",
    (
        DB,
        SESSION,
        *GROUPS,
        _OUTCOME,
        _HORIZON,
        _HORIZON_UNIT,
        Column("value", FLOAT, "Where a quantile is asked for: the length or number that these units have",
               unit="unit"),
        Column("unit", TEXT, "Unit of the value or of the exposure, where an outcome has several: "
               "calls, s, active hour, open hour"),
        _count("n_units", "Units that say something"),
        Column("n_events", FLOAT, "What counts: the numerator", unit="count"),
        Column("exposure", FLOAT, "What it is divided by: observations of a share, hours of a rate",
               unit="observations or h"),
        _PENDING,
        _CENSORED,
    ),
    ("db", "session_id", "group", "group_2", "outcome", "horizon", "horizon_unit", "value", "unit"),
)  # fmt: skip

ESTIMATES = Contract(
    "estimates",
    "one number: one statistic of one outcome in one group, by one horizon",
    (
        Column("question", TEXT, "The folder of the measure", nullable=False),
        Column("measure", TEXT, "The file of the measure", nullable=False),
        Column(
            "role",
            CATEGORY,
            "estimate; control: the same where it must come out empty; difference: of two",
            values=ROLES,
            nullable=False,
        ),
        *GROUPS,
        _OUTCOME,
        Column("statistic", CATEGORY, "What kind of number", values=STATISTICS, nullable=False),
        _HORIZON,
        _HORIZON_UNIT,
        Column("estimate", FLOAT, "The number; NA: nothing to estimate it from, or not reached", unit="unit"),
        Column(
            "low",
            FLOAT,
            "Lower 95 % confidence limit, by session; NA under three sessions, which the note says",
            unit="unit",
        ),
        Column(
            "high", FLOAT, "Upper 95 % confidence limit; NA with a known `low` means not reached", unit="unit"
        ),
        Column(
            "unit",
            TEXT,
            "Unit of estimate, low and high: share, per active hour, s, calls, attempts, files, agents",
            nullable=False,
        ),
        Column("method", TEXT, "How number and limits were come by", nullable=False),
        Column(
            "exposure",
            FLOAT,
            "What it is divided by: observations of a share (at risk, by a horizon), hours of a rate",
            unit="observations or h",
        ),
        _count("n_events", "What was counted: the numerator, by the horizon"),
        _count("n_units", "Units behind the number; the parts of a grouping add up to the whole"),
        _count("n_sessions", "Sessions behind the number"),
        Column(
            "n_effective",
            FLOAT,
            "Independent observations that the number is worth, few sessions being dear; NA: no limits",
            unit="count",
        ),
        _PENDING,
        _CENSORED,
        Column(
            "is_small",
            FLAG,
            "Under eight sessions, or worth fewer than ten observations: no more than an anecdote",
            nullable=False,
        ),
        Column("note", TEXT, "What to know of this number"),
    ),
    (
        "question",
        "measure",
        "role",
        "group_by",
        "group",
        "group_2_by",
        "group_2",
        "outcome",
        "statistic",
        "horizon",
        "horizon_unit",
        "unit",
    ),
)

SESSION_COVARIATES = Contract(
    "session_covariates",
    "what sets one session apart from others",
    (
        DB,
        Column("session_id", TEXT, "The client's session", nullable=False),
        Column("started_at", TIME, "When it started", unit="UTC", source="sessions"),
        Column("project", TEXT, "Root of the repository, its worktrees with it; else the file's label",
               source="project_state"),
        Column("model", TEXT, "Model of the last start, else of most answers", source="sessions"),
        Column("client_version", TEXT, "The client's latest version in the session; only transcripts tell",
               source="session_metrics client"),
        Column("instructions", TEXT, "Instructions in force, as `file hash`, comma-separated",
               source="session_metrics instructions"),
        Column("source", CATEGORY, "How the session first started",
               values=("startup", "resume", "clear", "compact", "fork"), source="sessions"),
    ),
    ("db", "session_id"),
)  # fmt: skip
