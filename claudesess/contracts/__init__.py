"""The data dictionary: one `Contract` per relation, to which every frame is cast.

Every relation begins with `db`, the label of the file, and its keys are (db, id). What is not known is NA.
"""

from claudesess.contracts.about import COVERAGE, DATABASES, DICTIONARY, ISSUES, PROBLEMS, SEVERITIES
from claudesess.contracts.contract import (
    CATEGORY,
    DTYPES,
    FLAG,
    FLOAT,
    INT,
    OBJECT,
    TEXT,
    TIME,
    Column,
    Contract,
)
from claudesess.contracts.derived import DERIVED
from claudesess.contracts.estimates import ESTIMATES, SESSION_COVARIATES, SUMS, Units
from claudesess.contracts.raw import RAW

RELATIONS: dict[str, Contract] = {**RAW, **DERIVED}

__all__ = [
    "CATEGORY",
    "COVERAGE",
    "DATABASES",
    "DERIVED",
    "DICTIONARY",
    "DTYPES",
    "ESTIMATES",
    "FLAG",
    "FLOAT",
    "INT",
    "ISSUES",
    "OBJECT",
    "PROBLEMS",
    "RAW",
    "RELATIONS",
    "SESSION_COVARIATES",
    "SEVERITIES",
    "SUMS",
    "TEXT",
    "TIME",
    "Column",
    "Contract",
    "Units",
]
