"""What needs a person: up to ten things of the data, each with the session in which it is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from claudesess import text
from claudesess.report.lanes import ANCHOR_OF_NO, anchor_of_agent, anchor_of_approach
from claudesess.report.reader import Reader

if TYPE_CHECKING:
    from claudesess.store import Store

MOST = 10
_REFUSED = """
SELECT a.db, a.chain_id, count(*) AS n
FROM error_attempts AS a JOIN tool_calls AS c ON c.db = a.db AND c.error_id = a.error_id
WHERE c.is_refused
GROUP BY a.db, a.chain_id
"""
_PROJECTS = "SELECT db, project FROM _project_roots WHERE project IS NOT NULL"


class Look(NamedTuple):
    """One thing to look at; `anchor` is where its session's page tells of it."""

    reason: str
    text: str
    db: str
    session_id: str
    anchor: str


def next_step(looks: Sequence[Look]) -> str:
    """Say what a person can do where nothing is shown to cost time yet."""
    if not looks:
        return "Go on working; what comes back in eight sessions or more is told of."
    first = looks[0]
    reason = f"{first.reason[:1].lower()}{first.reason[1:]}"
    return (
        f"Read in session {first.session_id[:8]} what went wrong, and write into CLAUDE.md what would have"
        f" spared it: {reason}."
    )


def look_at(store: Store, reader: Reader) -> list[Look]:
    """Return what needs a person, of every kind first the one that needs it most."""
    from claudesess.contracts import RELATIONS
    from claudesess.relations import frames

    def load(name: str) -> pd.DataFrame:
        return reader.frame(frames.load(store, name), RELATIONS[name])

    chains = load("error_chains").dropna(subset=["session_id"])
    refused = {(reader.text(row["db"]), row["chain_id"]): row["n"] for row in store.rows(_REFUSED)}
    keys = zip(chains["db"].astype(str), chains["chain_id"], strict=True)
    projects = {reader.text(row["db"]): row["project"] for row in store.rows(_PROJECTS)}
    chains = chains.assign(
        n_refused=[refused.get(key, 0) for key in keys],
        project=[projects.get(db, db) for db in chains["db"].astype(str)],
    )
    kinds = (
        _chains(chains),
        _checks(chains),
        _approaches(load("failed_paths").dropna(subset=["session_id"])),
        _agents(load("agent_runs").dropna(subset=["session_id"])),
        _hidden(chains),
        _refused(load("llm_verdicts").dropna(subset=["session_id"])),
    )
    found: list[Look] = []
    rounds = [list(one) for one in kinds]
    while any(rounds) and len(found) < MOST:
        for kind in rounds:
            if kind and len(found) < MOST:
                look = kind.pop(0)
                if look[1:] not in [one[1:] for one in found]:  # a chain is looked at for one reason
                    found.append(look)
    return found


_LEFT = {
    "abandoned": "and was left",
    "open": "and no end was seen",
    "escalated_user": "and the user was asked",
    "escalated_research": "and was looked into",
    "fixed": "before it was fixed",
}


def _chains(chains: pd.DataFrame) -> Iterator[Look]:
    """Find the longest chains: those that were not fixed first."""
    long = chains[(chains["n_attempts"] > 1) & chains["kind"].ne("probe").fillna(True)]
    order = long.assign(is_fixed=long["outcome"] == "fixed").sort_values(
        ["n_attempts", "is_fixed", "chain_id"], ascending=[False, True, True]
    )
    for row in order.head(3).to_dict("records"):
        left = _LEFT.get(str(row["outcome"]), str(row["outcome"]))
        times, n_refused = text.count(row["n_attempts"], "time"), row["n_refused"]
        if n_refused < row["n_attempts"]:
            refusals = f", {n_refused} of them refused" if n_refused else ""
            failed = f"Failed {times} in a row{refusals}"
        else:
            failed = f"Refused {times} in a row"
        yield _of_chain(row, f"{failed}, {left}")


def _checks(chains: pd.DataFrame) -> Iterator[Look]:
    """Find the checks that fail most, over all sessions of a project; shown where their longest chain is.

    What two projects check by the same words are two checks; worktrees of one repository are one project.
    """
    of_checks = chains[chains["kind"].eq("check").fillna(False) & chains["aim"].notna()]
    order = of_checks.sort_values(["n_attempts", "chain_id"], ascending=[False, True])
    groups = order.groupby(["project", "aim"], sort=False)
    failed = groups["n_attempts"].sum().sort_values(ascending=False, kind="stable")
    called = "The check that fails most: "
    for key, n in failed.head(2).items():
        group = groups.get_group(key)
        if len(group) > 1:
            among = text.count(len(group[["db", "session_id"]].drop_duplicates()), "session")
            yield _of_chain(group.iloc[0].to_dict(), f"{called}{n} times in {among}")
        called = "A check that failed "


def _hidden(chains: pd.DataFrame) -> Iterator[Look]:
    """Find checks whose failure their exit status did not show: reported as if all was well."""
    order = chains[chains["is_hidden"]].sort_values(["n_attempts", "chain_id"], ascending=[False, True])
    for row in order.head(2).to_dict("records"):
        yield _of_chain(row, "Reported as passed, and had failed: a pipe hid its exit status")


def _of_chain(row: Mapping[Any, Any], reason: str) -> Look:
    tried = "" if pd.isna(row["tried"]) else str(row["tried"])
    return Look(reason, tried, str(row["db"]), str(row["session_id"]), f"c{row['chain_id']}")


def _approaches(rejected: pd.DataFrame) -> Iterator[Look]:
    """Find approaches that came back in the session that had rejected them."""
    keys = ["db", "session_id", "file_path", "approach"]
    times = rejected.groupby(keys, dropna=True).agg(n=("id", "size"), last=("id", "max")).reset_index()
    again = times[times["n"] > 1].sort_values(["n", "last"], ascending=[False, True])
    for row in again.head(2).to_dict("records"):
        reason = f"The same approach, rejected {row['n']} times"
        yield Look(reason, row["approach"], row["db"], row["session_id"], anchor_of_approach(row["approach"]))


def _agents(runs: pd.DataFrame) -> Iterator[Look]:
    """Find agents that failed or were given up, the busiest first."""
    lost = runs[runs["status"].isin(["failed", "aborted_stale"]).fillna(False)]
    order = lost.sort_values(["n_tool_calls", "agent_id"], ascending=[False, True])
    for row in order.head(2).to_dict("records"):
        ended = "failed" if row["status"] == "failed" else "was given up: no end was seen"
        kind = "" if pd.isna(row["agent_type"]) else f" {row['agent_type']}"
        # an agent of which no call is known need not have made none: its transcript may be missing
        after = f", after {text.count(row['n_tool_calls'], 'call')}" if row["n_tool_calls"] else ""
        reason = f"Agent{kind} {ended}{after}"
        task = "" if pd.isna(row["task_description"]) else str(row["task_description"])
        yield Look(reason, task, row["db"], row["session_id"], anchor_of_agent(row["agent_id"]))


def _refused(verdicts: pd.DataFrame) -> Iterator[Look]:
    """Find the session whose work judges refused most often, with their last reason."""
    blocked = verdicts[verdicts["decision"].eq("block").fillna(False)].sort_values("id")
    if blocked.empty:
        return
    keys = ["db", "session_id"]
    times = (
        blocked.groupby(keys)
        .size()
        .rename("n")
        .reset_index()
        .sort_values("n", ascending=False, kind="stable")
    )
    most = times.iloc[0]
    reasons = blocked.loc[(blocked[keys] == most[keys]).all(axis=1), "reason"].dropna()
    reason = f"Work that judges refused {text.count(int(most['n']), 'time')}"
    yield Look(
        reason,
        "" if reasons.empty else str(reasons.iloc[-1]),
        str(most["db"]),
        str(most["session_id"]),
        ANCHOR_OF_NO,
    )
