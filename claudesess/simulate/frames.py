"""What was drawn, as frames of relations, where measures have to find it: each project is a database."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from claudesess.contracts import RELATIONS
from claudesess.simulate.agents import Looked, Sent
from claudesess.simulate.files import Crowded
from claudesess.simulate.units import Calls, Floats, Ints

Frames = dict[str, pd.DataFrame]
START = pd.Timestamp("2026-01-01T10:00Z")


@dataclass(frozen=True)
class Projects:
    """So many sessions are a project, each of which begins so many seconds after the one before."""

    n_sessions: int
    apart: float = 0.0

    def about(self, session: Ints) -> pd.DataFrame:
        """Return database and session of rows."""
        project = session // self.n_sessions
        names = [np.array([f"{kind}{one}" for one in range(of.max(initial=-1) + 1)], dtype=object)[of]
                 for kind, of in (("p", project), ("s", session))]  # fmt: skip
        return pd.DataFrame(dict(zip(("db", "session_id"), names, strict=True)))

    def at(self, session: Ints, second: Floats) -> pd.Series:
        """Return moments of sessions."""
        return seconds(second + session % self.n_sessions * self.apart)


def seconds(values: NDArray[Any]) -> pd.Series:
    """Return moments so many seconds after the beginning."""
    return pd.Series(START + pd.to_timedelta(values, unit="s"))


def filled(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a relation; of what nobody drew counts are 0, and the rest is not known."""
    contract = RELATIONS[name]
    counts = {one: 0 for one in contract.names if one.startswith("n_") and one not in rows}
    return contract.filled(rows.assign(**counts))


def of_crowds(made: Crowded, projects: Projects) -> tuple[Frames, pd.DataFrame]:
    """Return claims and calls of agents that work side by side; and the edits, with what became of them."""
    kinds = {"reads": [], "edits": ["is_whole", "is_met", "dropped"], "checks": ["is_ok"]}
    parts = []
    for kind, more in kinds.items():
        rows = pd.DataFrame(getattr(made, kind), columns=["session", "agent", "file", "second", *more])
        session = rows["session"].to_numpy(np.int64)
        agent = ("a" + rows["session"].astype(str) + "_" + rows["agent"].astype(str)).where(rows["agent"] > 0)
        at = projects.at(session, rows["second"].to_numpy(float))
        parts.append(
            rows.assign(
                **projects.about(session), agent_id=agent, agent_type="Explore", ended_at=at, began_at=at,
                file_path="/p/" + rows["file"].astype(str),
            )
        )  # fmt: skip
    reads, edits, checks = parts
    aim = checks["agent"].astype(str) + checks["file_path"]
    calls = pd.concat(
        [
            reads.assign(tool="Read", is_ok=True, kind="probe"),
            checks.assign(tool="Bash", kind="check", file_path=None, aim=aim),
        ],
        ignore_index=True,
    )
    operation = np.where(edits["is_whole"], "Write", "Edit")
    edits = edits.assign(id=np.arange(len(edits)), timestamp=edits["ended_at"], operation=operation)
    given = {"file_claims": edits, "tool_calls": calls.assign(call_id=np.arange(len(calls)))}
    return {name: filled(name, rows) for name, rows in given.items()}, edits


def of_sent(made: Sent, projects: Projects) -> Frames:
    """Return the runs, times and calls of agents that were sent out."""
    rows = pd.DataFrame(made.agents, columns=["session", "agent", "parent", "start", "end"])
    session = rows["session"].to_numpy(np.int64)
    about = projects.about(session)
    start, end = (projects.at(session, rows[name].to_numpy(float)) for name in ("start", "end"))
    spans = about.assign(agent_id="a" + rows["agent"].astype(str), start_at=start, end_at=end)
    runs = spans.assign(
        agent_type="Explore", parent_id=("a" + rows["parent"].astype(str)).where(rows["parent"] >= 0),
        spawned_at=start, ended_at=end, last_seen_at=end, status="completed", is_ended=True,
        observed_s=rows["end"] - rows["start"],
    )  # fmt: skip
    calls = pd.DataFrame(made.calls, columns=["session", "agent", "second"])
    session = calls["session"].to_numpy(np.int64)
    calls = projects.about(session).assign(
        call_id=np.arange(len(calls)), agent_id="a" + calls["agent"].astype(str), tool="Read",
        ended_at=projects.at(session, calls["second"].to_numpy(float)),
    )  # fmt: skip
    windows = about.drop_duplicates().assign(start_at=START, end_at=START + pd.Timedelta(hours=2))
    given = {"agent_runs": runs, "agent_spans": spans, "tool_calls": calls, "session_windows": windows}
    return {name: filled(name, rows) for name, rows in given.items()}


def of_looked(made: Looked, projects: Projects) -> Frames:
    """Return the calls of senders and agents, and the runs of the agents."""
    looks = pd.DataFrame(made.calls, columns=["session", "agent", "file", "second"])
    ends = pd.DataFrame(made.ends, columns=["session", "agent", "second"])

    def about(rows: pd.DataFrame) -> pd.DataFrame:
        session = rows["session"].to_numpy(np.int64)
        ids = "s" + rows["session"].astype(str) + "a" + rows["agent"].astype(str)
        at = projects.at(session, rows["second"].to_numpy(float))
        return projects.about(session).assign(agent_id=ids.where(rows["agent"] > 0), ended_at=at)

    is_look = looks["file"] >= 0
    calls = about(looks).assign(
        call_id=np.arange(len(looks)), tool=np.where(is_look, "Read", "Bash"), is_ok=True,
        kind=np.where(is_look, "probe", "run"), read_start=1, read_end=9,
        file_path=("/p/" + looks["file"].astype(str)).where(is_look),
    )  # fmt: skip
    runs = about(ends).assign(agent_type="Explore", status="completed", is_ended=True)
    return {"agent_runs": filled("agent_runs", runs), "tool_calls": filled("tool_calls", calls)}


CALL_S = 10.0
"""Seconds from a call to the next, where nothing else is drawn."""
SOON = 50
"""Calls after a compaction that belong to it."""


def of_calls(made: Calls, projects: Projects) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return calls without a tool, each of which counts or does not, and the compactions among them."""
    about = projects.about(made.session)
    calls = about.assign(
        call_id=np.arange(len(about)), ended_at=seconds(made.at * CALL_S), counts=made.counts
    )
    place = np.flatnonzero(made.is_cut)
    cuts = about.iloc[place].reset_index(drop=True)
    moment = seconds(made.at[place] * CALL_S - CALL_S / 2)
    length = np.bincount(made.session)
    last = seconds((length[made.session[place]] - 1) * CALL_S)
    next_at = moment.groupby(made.session[place]).shift(-1).fillna(last)
    soon = moment + pd.Timedelta(seconds=SOON * CALL_S)
    cuts = cuts.assign(
        compaction_id=np.arange(len(cuts)), started_at=moment, ended_at=moment,
        window_start_at=moment.groupby(made.session[place]).shift(1),
        window_end_at=next_at.where(next_at < soon, soon),
    )  # fmt: skip
    return calls, filled("compactions", cuts)


def of_work(made: Calls, projects: Projects, seed: int) -> Frames:
    """Return sessions of reads, edits and checks, with compactions: of each kind those that count.

    A read that counts is of one of thirty files, an edit one that was rejected, a check one that failed.
    """
    calls, cuts = of_calls(made, projects)
    luck = np.random.default_rng(seed)
    kind = luck.integers(0, 3, len(calls))
    some = pd.Series(luck.integers(0, 30, len(calls))).astype(str)
    own = calls["call_id"].astype(str)
    is_read, is_edit, is_check = (pd.Series(kind == one) for one in range(3))
    path = ("/p/" + some).where(calls["counts"], "/n/" + own).where(is_read, "/p/a.py").mask(is_check)
    calls = calls.assign(
        tool=np.array(["Read", "Edit", "Bash"], dtype=object)[kind], file_path=path,
        aim=("t" + some).where(is_check),
        kind=np.array(["probe", "run", "check"], dtype=object)[kind], is_ok=~(is_check & calls["counts"]),
        snippet=("bad" + some).where(calls["counts"], "good" + own).where(is_edit), read_start=1, read_end=9,
    )  # fmt: skip
    each = calls[["db", "session_id"]].drop_duplicates()
    failed = each.merge(
        pd.DataFrame({"approach": [f"Edit a.py: bad{one}" for one in range(30)]}), how="cross"
    )
    failed = failed.assign(id=np.arange(len(failed)), file_path="/p/a.py", timestamp=START)
    since = np.arange(len(calls)) - np.maximum.accumulate(
        np.where(made.is_cut | (made.at == 0), np.arange(len(calls)), 0)
    )
    answers = calls[["db", "session_id"]].assign(
        answer_id=calls["call_id"], answered_at=calls["ended_at"], input_tokens=20_000 + 800 * since
    )
    two = luck.integers(0, 30, (len(cuts), 2)).tolist()
    listed: dict[str, list[Any]] = {
        "files": [[{"path": f"/p/{one}"}, {"path": f"/p/{other}"}] for one, other in two],
        "chains": [[{"aim": f"t{one}", "tried": f"pytest t{one}.py"}] for one, _ in two],
        "summary": [f"Mend {one}; t{other}.py fails." for one, other in two],
    }
    cuts = cuts.assign(**{name: pd.Series(values, dtype=object) for name, values in listed.items()})
    given = {"tool_calls": calls, "failed_paths": failed, "model_answers": answers, "compactions": cuts}
    return {name: filled(name, rows) for name, rows in given.items()}
