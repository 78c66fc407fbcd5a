"""Projects with a planted effect, or with none, as frames: each project is a database of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from compacted import relation

from claudesess import Store
from claudesess.simulate import agents, checks, context, files, frames, units
from claudesess.simulate.frames import START, seconds

N_SESSIONS = 16


def names(project: np.ndarray, session: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"db": [f"p{one}" for one in project], "session_id": [f"s{one}" for one in session]})


def told(text: list[str], which: np.ndarray) -> np.ndarray:
    return np.array(text, dtype=object)[which.astype(int)]


def sessions(
    effect: float, projects: int, *, seed: int = 11, regress: float = 0.0, base: float = 0.1
) -> dict[str, pd.DataFrame]:
    """Draw calls, some of which count, and compactions; after these, `effect` is added to the logit.

    A call that counts is, depending on the tool: a failed command, a read of lines read before, an edit
    that was rejected before, the first edit. `regress`: compactions come after calls that count.
    """
    plan = replace(units.Plan(), calls=240, effect=effect, base=base, cuts_by_failures=regress)
    drawn = units.calls(plan, projects, N_SESSIONS, seed)
    calls, compactions = frames.of_calls(drawn, frames.Projects(N_SESSIONS))
    some = np.random.default_rng(seed).integers(0, 30, len(calls))
    return {"calls": calls.assign(some=some), "compactions": compactions}


def commands(effect: float, projects: int, **how: float) -> Store:
    """Return projects whose calls are commands; those that count failed."""
    made = sessions(effect, projects, **how)
    calls = made["calls"].assign(tool="Bash", is_ok=~made["calls"]["counts"])
    return Store.from_frames(tool_calls=relation("tool_calls", calls), compactions=made["compactions"])


def reads(effect: float, projects: int, **how: float) -> Store:
    """Return projects whose calls are reads; those that count are of one of thirty files, the others of new ones."""
    made = sessions(effect, projects, **how)
    calls = made["calls"]
    files = np.where(calls["counts"], "/p/" + calls["some"].astype(str), "/n/" + calls["call_id"].astype(str))
    calls = calls.assign(tool="Read", is_ok=True, file_path=files, read_start=1, read_end=9)
    return Store.from_frames(tool_calls=relation("tool_calls", calls), compactions=made["compactions"])


def edits(effect: float, projects: int, **how: float) -> Store:
    """Return projects whose calls are edits; those that count had been rejected when the session began."""
    made = sessions(effect, projects, **how)
    calls = made["calls"]
    line = np.where(calls["counts"], "bad" + calls["some"].astype(str), "good" + calls["call_id"].astype(str))
    calls = calls.assign(tool="Edit", is_ok=True, file_path="/p/a.py", snippet=line)
    each = calls[["db", "session_id"]].drop_duplicates()
    failed = each.merge(
        pd.DataFrame({"approach": [f"Edit a.py: bad{some}" for some in range(30)]}), how="cross"
    )
    failed = failed.assign(id=np.arange(len(failed)), file_path="/p/a.py", timestamp=START)
    return Store.from_frames(
        tool_calls=relation("tool_calls", calls),
        compactions=made["compactions"],
        failed_paths=relation("failed_paths", failed),
    )


def open_chains(effect: float, projects: int, **how: float) -> Store:
    """Return projects in each of which a chain is tried until a call counts, which fixes it; then the next begins."""
    made = sessions(effect, projects, base=0.02, **how)
    calls = made["calls"]
    passed = calls["counts"].astype(int).groupby([calls["db"], calls["session_id"]])
    number = passed.cumsum() - calls["counts"]
    chain = calls["session_id"] + " " + number.astype(str)
    calls = calls.assign(tool="Bash", is_ok=calls["counts"], aim=chain, id=calls["call_id"] + 1)
    payload = [
        {"tool": "Bash", "aim": aim, **({"closes": [aim]} if ok else {"chain": aim, "error_id": id_})}
        for aim, ok, id_ in zip(chain, calls["counts"], calls["id"], strict=True)
    ]
    events = calls.assign(event_type="post_tool_use", payload_summary=payload, timestamp=calls["ended_at"])
    errors = calls[~calls["counts"]].assign(error_category="test", error_message="$ pytest")
    cuts = made["compactions"]
    last = pd.merge_asof(
        cuts[["db", "session_id", "compaction_id", "started_at"]].sort_values("started_at"),
        relation("tool_calls", calls)[["db", "session_id", "ended_at", "aim", "is_ok"]].sort_values("ended_at"),
        left_on="started_at", right_on="ended_at", by=["db", "session_id"],
    ).set_index("compaction_id").loc[cuts["compaction_id"]]  # fmt: skip
    listed = [[] if ok else [{"aim": aim}] for aim, ok in zip(last["aim"], last["is_ok"], strict=True)]
    return Store.from_frames(
        tool_calls=relation("tool_calls", calls), compactions=cuts.assign(chains=listed),
        hook_events=relation("hook_events", events), error_log=relation("error_log", errors),
    )  # fmt: skip


def edits_and_looks(effect: float, projects: int, **how: float) -> Store:
    """Return projects whose calls that count are edits, and the others are not."""
    made = sessions(effect, projects, **how)
    calls = made["calls"].assign(is_ok=True, tool=told(["Grep", "Edit"], made["calls"]["counts"].to_numpy()))
    return Store.from_frames(tool_calls=relation("tool_calls", calls), compactions=made["compactions"])


def chains(fixed: tuple[float, ...], projects: int, *, seed: int = 5, after: float = 0.0) -> Store:
    """Return projects of chains of failures, fixed with these chances at each try.

    Half of all are fixed later, whatever comes first; `after`: so many more of those that were escalated.
    """
    plan = replace(units.Plan(), fixed=fixed, other=(0.15, 0.1, 0.1), hard_is_long=0.0)
    drawn = units.chains(plan, projects, 2 * N_SESSIONS, seed)
    event = np.array(["fixed", "escalated_research", "escalated_user", "abandoned"], dtype=object)[
        drawn.event
    ]
    is_asked = np.isin(drawn.event, (1, 2))
    luck = np.random.default_rng(seed).random(len(event))
    is_fixed = luck < np.where(is_asked, 0.5 + after, 0.5)
    rows = names(drawn.project, drawn.session).assign(
        chain_id=np.arange(len(event)), kind="check", error_category="test", started_at=START,
        first_event=event, first_event_attempt=drawn.attempt, n_attempts=drawn.attempt,
        outcome=np.where(is_fixed, "fixed", "open"),
    )  # fmt: skip
    return Store.from_frames(error_chains=relation("error_chains", rows))


def rejections(own: float, projects: int, seed: int = 7) -> Store:
    """Return projects of rejections: of twenty approaches known to all sessions, or (`own`) of the session's three."""
    luck = np.random.default_rng(seed)
    project = np.repeat(np.arange(projects), N_SESSIONS * 8)
    session = np.tile(np.repeat(np.arange(N_SESSIONS), 8), projects)
    is_own = luck.random(len(session)) < own
    approach = np.where(
        is_own,
        [
            f"Edit a.py: own{one} {some}"
            for one, some in zip(session, luck.integers(0, 3, len(session)), strict=True)
        ],
        [f"Edit a.py: any{some}" for some in luck.integers(0, 20, len(session))],
    )
    rows = names(project, session).assign(
        id=np.arange(len(session)), file_path="/p/a.py", approach=approach,
        timestamp=seconds(np.arange(len(session)) * 1.0),
    )  # fmt: skip
    return Store.from_frames(failed_paths=relation("failed_paths", rows))


def hot_files(hot_share: float, projects: int, *, n_sessions: int = N_SESSIONS, seed: int = 3) -> Store:
    """Return projects of sessions that edit files and check them; ten of sixty files fail so often."""
    plan = replace(files.Plan(), hot_share=hot_share)
    drawn = files.rounds(plan, projects, n_sessions, seed)
    at = drawn.session % n_sessions * 86_400.0 + drawn.at * 60.0
    path = np.where(drawn.is_hot, "/p/hot", "/p/cold") + drawn.file.astype(str).astype(object) + ".py"
    about = names(drawn.project, drawn.session)
    number = np.arange(len(about)) + 1
    edits = about.assign(id=number, file_path=path, operation="Edit", timestamp=seconds(at))
    checks = about.assign(
        call_id=number, tool="Bash", kind="check", is_ok=~drawn.failed, began_at=seconds(at + 20), ended_at=seconds(at + 25)
    )  # fmt: skip
    return Store.from_frames(
        file_claims=relation("file_claims", edits), tool_calls=relation("tool_calls", checks)
    )


def crowds(collides: float, projects: int, *, seed: int = 2, **how: float) -> tuple[Store, pd.DataFrame]:
    """Return projects of agents that work side by side, some of whose edits are overwritten; and the true edits."""
    made = files.crowds(replace(files.Crowd(), collides=collides, **how), projects * N_SESSIONS, seed)
    given, edits = frames.of_crowds(made, frames.Projects(N_SESSIONS, apart=86_400.0))
    return Store.from_frames(**given), edits


def runs(projects: int, *, seed: int = 3, **planted: float) -> Store:
    """Return projects of runs of checks, with an edit before some of them."""
    drawn = checks.runs(replace(checks.Plan(), **planted), projects, N_SESSIONS, seed)
    rows = names(drawn.project, drawn.session).assign(
        call_id=np.arange(len(drawn.at)), tool="Bash", kind="check", aim=told([f"c{n}" for n in range(99)], drawn.check),
        spelling="same", is_ok=~drawn.fails, is_hidden=drawn.is_hidden,
    )  # fmt: skip
    # Runs of one session follow each other; no two sessions of a project run at one time.
    rows = rows.assign(ended_at=seconds(np.arange(len(rows)) * 10.0))
    edits = rows[drawn.is_edited].assign(
        id=rows["call_id"],
        operation="Edit",
        file_path="/p/a.py",
        timestamp=rows["ended_at"] - pd.Timedelta(seconds=5),
    )
    first = rows.drop_duplicates(["db", "aim"])
    chains = first.assign(chain_id=first["call_id"], tried="pytest " + first["aim"].astype(str), kind="check",
                          started_at=first["ended_at"], n_attempts=1, first_event="open", first_event_attempt=1,
                          outcome="open", is_hidden=False)  # fmt: skip
    return Store.from_frames(
        tool_calls=relation("tool_calls", rows), file_claims=relation("file_claims", edits),
        error_chains=relation("error_chains", chains),
    )  # fmt: skip


def failures(
    projects: int, *, sessions: int = N_SESSIONS, seed: int = 3, **planted: float
) -> tuple[Store, pd.Series]:
    """Return projects of checks that fail at rates of their own, and the rate of each, by project and check."""
    drawn = checks.failures(replace(checks.Plan(), **planted), projects, sessions, seed)
    rows = names(drawn.project, drawn.session).assign(
        aim=told([f"c{n}" for n in range(99)], drawn.check), kind="check", rate=drawn.rate, n=drawn.n
    )
    rows = rows.assign(call_id=np.arange(len(rows)), ended_at=seconds(np.arange(len(rows)) * 10.0))
    chains = rows.loc[rows.index.repeat(rows["n"])].reset_index(drop=True)
    chains = chains.assign(
        chain_id=np.arange(len(chains)), tried="pytest " + chains["aim"].astype(str), error_category="test",
        started_at=chains["ended_at"], last_failed_at=chains["ended_at"], n_attempts=1, first_event="open",
        first_event_attempt=1, outcome="open", is_hidden=False,
    )  # fmt: skip
    store = Store.from_frames(
        tool_calls=relation("tool_calls", rows.assign(tool="Bash", is_ok=rows["n"] == 0)),
        error_chains=relation("error_chains", chains),
    )
    return store, rows.groupby(["db", "aim"])["rate"].first()


def tries(fixed: tuple[float, ...], projects: int, *, seed: int = 5, wait: float = 2.0) -> Store:
    """Return projects of chains of failures, fixed with these chances at each try, of `wait` minutes or so."""
    plan = replace(units.Plan(), fixed=fixed, other=(0.05, 0.03, 0.02), hazard_spread=0.2, hard_is_long=0.0)
    drawn = units.chains(plan, projects, 2 * N_SESSIONS, seed)
    event = told(["fixed", "escalated_research", "escalated_user", "abandoned", "open"], drawn.event)
    chains = names(drawn.project, drawn.session).assign(
        chain_id=np.arange(len(event)), kind="check", error_category="test", first_event=event,
        first_event_attempt=drawn.attempt, n_attempts=drawn.attempt, outcome=event,
    )  # fmt: skip
    each = chains.loc[chains.index.repeat(drawn.attempt)].reset_index(drop=True)
    took = np.random.default_rng(seed).gamma(4.0, wait / 4, len(each)) * 60
    end = pd.Series(np.cumsum(took)).groupby(each["chain_id"]).last().to_numpy()
    attempts = each.assign(
        attempt=each.groupby("chain_id").cumcount() + 1, error_id=np.arange(len(each)),
        failed_at=seconds(np.cumsum(took) - took),
    )  # fmt: skip
    first = attempts.groupby("chain_id")["failed_at"]
    chains = chains.assign(
        started_at=first.first().to_numpy(), last_failed_at=first.last().to_numpy(),
        closed_at=seconds(end).where(event == "fixed"),
    )  # fmt: skip
    windows = chains[["db", "session_id"]].drop_duplicates()
    windows = windows.assign(start_at=START, end_at=START + pd.Timedelta(seconds=float(np.sum(took)) + 1))
    return Store.from_frames(
        error_chains=relation("error_chains", chains), error_attempts=relation("error_attempts", attempts),
        session_windows=relation("session_windows", windows),
    )  # fmt: skip


def sent_agents(together: int, projects: int, *, seed: int = 4, **how: float) -> tuple[Store, agents.Sent]:
    """Return projects whose sessions send out so many agents at once; and what these truly did."""
    plan = replace(agents.Plan(), together=together, sends=12.0 / together, **how)
    made = agents.sent(plan, projects * N_SESSIONS, seed)
    return Store.from_frames(**frames.of_sent(made, frames.Projects(N_SESSIONS))), made


def filling(
    effect: float, projects: int, *, n_sessions: int = N_SESSIONS, seed: int = 6, **how: float
) -> Store:
    """Return projects whose contexts fill; from a size on more calls fail."""
    drawn = context.calls(replace(context.Plan(), effect=effect, **how), projects * n_sessions, seed)
    about = names(drawn.session // n_sessions, drawn.session)
    number = np.arange(len(about))
    at = seconds(drawn.at * 10.0)
    calls = about.assign(call_id=number, tool="Bash", ended_at=at, is_ok=~drawn.failed)
    answered = about.assign(answer_id=number, answered_at=at, input_tokens=drawn.tokens)
    return Store.from_frames(
        tool_calls=relation("tool_calls", calls), model_answers=relation("model_answers", answered)
    )


def ended_agents(lost: tuple[float, ...], projects: int, *, seed: int = 8) -> Store:
    """Return projects of agents whose types end without a result so often."""
    made = agents.ended(replace(agents.Kinds(), lost=lost), projects * N_SESSIONS, seed)
    number = np.arange(len(made.session))
    runs = names(made.session // N_SESSIONS, made.session).assign(
        agent_id="a" + pd.Series(number).astype(str), agent_type="t" + pd.Series(made.kind).astype(str),
        status=np.where(made.is_lost, "failed", "completed"), is_ended=True, observed_s=120.0,
        ended_at=seconds(number * 200.0), n_tool_calls=10, n_failed_calls=1, n_files_changed=0, n_errors=0,
    )  # fmt: skip
    return Store.from_frames(agent_runs=relation("agent_runs", runs))


def looked_again(
    again: float, projects: int, *, seed: int = 9, **how: float
) -> tuple[Store, dict[tuple[int, int], int]]:
    """Return projects whose senders look at what an agent has looked at, too; and how often they were made to."""
    made = agents.looked(replace(agents.Looks(), again=again, **how), projects * N_SESSIONS, seed)
    given = frames.of_looked(made, frames.Projects(N_SESSIONS, apart=1_000.0))
    return Store.from_frames(**given), made.again
