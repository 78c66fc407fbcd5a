"""Frames about the databases themselves: what was opened, what was not, what it can answer, what is odd."""

from __future__ import annotations

from claudesess.contracts.contract import CATEGORY, FLAG, INT, TEXT, TIME, Column, Contract
from claudesess.contracts.raw import DB, RAW

SEVERITIES = ("info", "warning", "error")

_PATH = Column("path", TEXT, "The file, as it was named or found", nullable=False)

DATABASES = Contract(
    "databases",
    "one database that was opened",
    (
        DB,
        _PATH,
        Column("bytes", INT, "Size of the file and its log when it was read", unit="bytes", nullable=False),
        Column("writer", TEXT, "What wrote it, if it says so", source="project_state schema_writer"),
        *(Column(f"n_{name}", INT, f"Rows of {name}", unit="count", nullable=False) for name in RAW),
    ),
    ("db",),
)

PROBLEMS = Contract(
    "problems",
    "one thing that was not loaded",
    (
        Column("db", TEXT, "Label of the file; NA for a place where no file was found"),
        _PATH,
        Column("table", TEXT, "The table; NA when the whole file is meant"),
        Column("column", TEXT, "The column; NA when the whole table is meant"),
        Column("problem", TEXT, "What is wrong", nullable=False),
        Column("severity", CATEGORY, "error: rows are lost", values=SEVERITIES, nullable=False),
        Column("count", INT, "How many cells", unit="count"),
        Column("example", TEXT, "One of them"),
    ),
)

COVERAGE = Contract(
    "coverage",
    "one kind of question put to one database",
    (
        DB,
        Column("writer", TEXT, "What wrote the database, if it says so"),
        Column("relation", TEXT, "The relation that is asked", nullable=False),
        Column("n_rows", INT, "Rows there are", unit="count", nullable=False),
        Column("n_without_agent", INT, "Rows without an agent: the main thread, or not known", unit="count"),
        Column("n_without_file", INT, "Rows that name no file", unit="count"),
        Column("n_without_time", INT, "Rows whose time is not known", unit="count"),
        Column("first_at", TIME, "First row", unit="UTC"),
        Column("last_at", TIME, "Last row", unit="UTC"),
        Column(
            "n_unreadable",
            INT,
            "Cells that could not be read, and tables to their end",
            unit="count",
            nullable=False,
        ),
        Column("is_answerable", FLAG, "There is at least one row to answer from", nullable=False),
        Column("note", TEXT, "What the database cannot say, in words; NA when nothing is missing"),
    ),
    ("db", "relation"),
)

ISSUES = Contract(
    "issues",
    "one kind of issue in one database",
    (
        Column("issue", TEXT, "Name of its kind", nullable=False),
        Column("severity", CATEGORY, "How much it matters to an analysis", values=SEVERITIES, nullable=False),
        Column("db", TEXT, "Label of the file; NA for a place where no file was found"),
        Column("count", INT, "How often it was met", unit="count", nullable=False),
        Column("examples", TEXT, "Up to three of them"),
        Column("meaning", TEXT, "What it means for whoever reads the numbers", nullable=False),
    ),
    ("issue", "db"),
)

DICTIONARY = Contract(
    "dictionary",
    "one column of one relation, one key of its JSON text, or one family of session_metrics",
    (
        Column("relation", TEXT, "The relation", nullable=False),
        Column("column", TEXT, "Its column", nullable=False),
        Column("key", TEXT, "Key of a JSON text, or family of session_metrics; NA where the column is meant"),
        Column("type", TEXT, "Type in the frame; NA for a key"),
        Column("unit", TEXT, "Unit of the numbers; list or dict for objects"),
        Column("meaning", TEXT, "What a value means", nullable=False),
        Column("values", TEXT, "Known values; others survive"),
        Column("nullable", FLAG, "Rows without a value are normal", nullable=False),
        Column("source", TEXT, "Where the value comes from, if under another name"),
        Column(
            "read_by", TEXT, "For a key: the relations and modules that read it; NA is nobody but who asks"
        ),
    ),
    ("relation", "column", "key"),
)
