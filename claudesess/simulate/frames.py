"""What was drawn, as frames of relations, where measures have to find it: each project is a database."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from claudesess.contracts import RELATIONS
from claudesess.simulate.agents import Looked, Sent
from claudesess.simulate.files import Crowded
from claudesess.simulate.units import Floats, Ints

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


def seconds(values: Floats) -> pd.Series:
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
