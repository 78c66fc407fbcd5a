"""A few calls around two compactions, for tests of compaction continuity."""

from collections.abc import Iterable
from functools import cache
from io import StringIO
from typing import Any

import pandas as pd

from claudesess import Store, ask
from claudesess.contracts import RELATIONS

# Seconds of one minute. The session is compacted at :20 and at :40; agent x reads, too.
CALLS = """
second,agent_id,tool,file_path,lines,is_ok,aim,snippet
1,,Read,/p/calc.py,1-40,true,r1,
2,,Read,/p/util.py,1-10,true,r2,
3,,Edit,/p/calc.py,,true,e1,return sum(xs) / 1
4,,Bash,,,false,t,
5,,Edit,/p/calc.py,,true,e1,return sum(xs) / 7
6,,Bash,,,false,t,
21,,Read,/p/calc.py,1-40,true,r1,
22,,Read,/p/util.py,3-9,true,r2,
23,,Read,/p/util.py,3-9,true,r2,
24,x,Read,/p/util.py,1-10,true,r2,
25,,Read,/p/util.py,8-12,true,r2,
26,,Edit,/p/calc.py,,true,e1,return sum(xs) / 1
27,,Bash,,,false,t,
28,,Edit,/p/calc.py,,true,e1,return sum(xs) / len(xs)
29,,Bash,,,true,t,
41,,Read,/p/notes.md,1-5,true,r3,
"""

# The shell changes util.py between the reads of :22 and :23, so only the first of them is of unchanged lines.
CLAIMS = """
second,file_path,operation
3,/p/calc.py,Edit
5,/p/calc.py,Edit
22.5,/p/util.py,Bash
26,/p/calc.py,Edit
28,/p/calc.py,Edit
"""

FAILED = """
second,file_path,approach
4,/p/calc.py,Edit calc.py: return sum(xs) / 1
6,/p/calc.py,Edit calc.py: return sum(xs) / 7
27,/p/calc.py,Edit calc.py: return sum(xs) / 1
"""

SUMMARY = "<summary>Mend calc.py; dividing by 7 (return sum(xs) / 7) failed test_calc.py.</summary>"


def at(second: float) -> pd.Timestamp:
    return pd.Timestamp("2026-01-01T10:00Z") + pd.Timedelta(seconds=second)


def relation(name: str, rows: pd.DataFrame, **more: object) -> pd.DataFrame:
    """Fill up the columns that a test does not care about."""
    contract = RELATIONS[name]
    given = rows.assign(db="a", session_id="s") if "db" not in rows else rows
    return contract.filled(given.assign(**more))


@cache
def calls(text: str = CALLS) -> pd.DataFrame:
    rows = pd.read_csv(StringIO(text))
    lines = rows["lines"].str.split("-", expand=True).reindex(columns=[0, 1]).astype("Float64")
    rows = rows.assign(call_id=range(len(rows)), ended_at=rows["second"].map(at))
    return relation("tool_calls", rows, read_start=lines[0], read_end=lines[1])


@cache
def claims(text: str = CLAIMS) -> pd.DataFrame:
    rows = pd.read_csv(StringIO(text))
    return relation("file_claims", rows, id=range(len(rows)), timestamp=rows["second"].map(at))


@cache
def failed(text: str = FAILED) -> pd.DataFrame:
    rows = pd.read_csv(StringIO(text))
    return relation("failed_paths", rows, id=range(len(rows)), timestamp=rows["second"].map(at))


@cache
def compactions() -> pd.DataFrame:
    rows = pd.DataFrame(
        {"compaction_id": [1, 3], "started_at": [at(20), at(40)], "ended_at": [at(20.5), at(40.5)]}
    )
    rows["window_start_at"] = [pd.NaT, at(20)]
    rows["window_end_at"] = [at(40), at(45)]
    rows["summary"] = [SUMMARY, None]
    rows["chains"] = [[{"check": "t", "tried": "pytest test_calc.py"}], []]
    rows["failed_paths"] = [[{"approach": "Edit calc.py: return sum(xs) / 7"},
                             {"approach": "Edit calc.py: return sum(xs) / 1"}], []]  # fmt: skip
    rows["files"] = [[{"path": "/p/calc.py"}, {"path": "/p/util.py"}], [{"path": "/p/calc.py"}]]
    rows["agents"], rows["tasks"] = [[], []], [[], []]
    return relation("compactions", rows)


@cache
def windows(*pairs: tuple[float, float]) -> pd.DataFrame:
    rows = [{"start_at": at(start), "end_at": at(end)} for start, end in pairs or [(0, 60)]]
    return relation("session_windows", pd.DataFrame(rows))


# Nothing is known of the session but this: a relation that is given need not be made, with all that it is made of.
OWN = {"compactions": compactions, "tool_calls": calls, "file_claims": claims, "failed_paths": failed,
       "session_windows": windows, "session_covariates": RELATIONS["session_covariates"].empty}  # fmt: skip


@cache
def usual() -> Store:
    """Return a store of the rows above, one for all: what is made in it is made once."""
    return Store.from_frames(**{name: rows() for name, rows in OWN.items()})


def given(**other: pd.DataFrame) -> Store:
    """Return a store of the rows above in which some relations are other ones."""
    return Store.from_frames(**{name: other[name] if name in other else rows() for name, rows in OWN.items()})


def each_a_database(cases: Iterable[dict[str, pd.DataFrame]]) -> Store:
    """Return one store of all cases, each of them relations by name: the first is the database `d0`."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for n, case in enumerate(cases):
        for name, rows in case.items():
            parts.setdefault(name, []).append(rows.assign(db=f"d{n}"))
    return Store.from_frames(**{name: pd.concat(each, ignore_index=True) for name, each in parts.items()})


def units_of_each(measure: str, cases: list[dict[str, pd.DataFrame]]) -> list[pd.DataFrame]:
    """Return the units of each case, which is what `given` takes; all are asked at once, each a database."""
    whole = ({name: rows() for name, rows in OWN.items()} | case for case in cases)
    found = units(measure, each_a_database(whole))
    return [found[found["db"] == f"d{n}"] for n in range(len(cases))]


def units(measure: str, store: Store | None = None, **options: int) -> pd.DataFrame:
    return ask(store or usual(), f"compaction_continuity.{measure}", **options).units


def estimates(measure: str, store: Store | None = None, **options: object) -> pd.DataFrame:
    return ask(store or usual(), f"compaction_continuity.{measure}", **options).estimates


def listed(frame: pd.DataFrame, *columns: str) -> list[list[object]]:
    """List rows; NA as None."""
    loose = frame[list(columns)].round(3).astype(object)
    return loose.where(loose.notna(), None).values.tolist()


#: Whose ids are the same in two databases.
SESSIONS = [("a", "s"), ("a", "t"), ("b", "s"), ("b", "t")]


def timed(name: str, rows: list[dict[str, Any]], **times: str) -> pd.DataFrame:
    """Return rows with seconds as a relation, the seconds as times."""
    given = pd.DataFrame(rows)
    for column, second in times.items():
        given[column] = pd.to_datetime(
            pd.Series([at(one) if pd.notna(one) else pd.NaT for one in given[second]]), utc=True
        )
    return relation(name, given.astype({"is_ok": "boolean"}) if "is_ok" in given else given)


def open_days(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], list[float]]:
    """Return when each session was first open on each day, and for how long; of windows in hours from ten o'clock on."""
    found: dict[tuple[str, str, int], list[float]] = {}
    for row in rows:
        for day in range((10 + row["start"]) // 24, (10 + row["end"]) // 24 + 1):
            midnight = 24 * day - 10
            start, end = max(row["start"], midnight), min(row["end"], midnight + 24)
            one = found.setdefault((row["db"], row["session_id"], day), [start, 0])
            one[:] = [min(one[0], start), one[1] + end - start]
    return found
