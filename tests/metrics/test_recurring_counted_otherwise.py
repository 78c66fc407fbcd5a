"""What comes back, in made-up sessions, counted once more without SQL; and which line of a message tells.

The sessions share all that they can: ids of chains, aims, moments. Two databases have two of them each.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pytest
from compacted import SESSIONS, at, listed, timed
from tables import each_row

from claudesess import Store, ask

TRIED = ("pytest -q a.py", "pytest a.py", "git add a && git push -f", "cd web && git push")
EDITS = ("Edit", "MultiEdit", "NotebookEdit", "Write")


class World(NamedTuple):
    """Rows as dicts, times in seconds."""

    calls: list[dict[str, Any]]
    chains: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    windows: list[dict[str, Any]]


def world(seed: int) -> World:
    draw, made = random.Random(seed), World([], [], [], [])
    for n, (db, session) in enumerate(SESSIONS):
        own = {"db": db, "session_id": session}
        for _ in range(60):
            tool = draw.choice([*EDITS, "Edit", "Read", "Bash", "Bash", "Bash"])
            is_edit = tool in (*EDITS, "Read")
            made.calls.append(own | {
                "call_id": (7 * len(made.calls)) % 120, "tool": tool, "file_path": draw.choice(["/p/web/src/a.py", "b.py", "/c.py"]) if is_edit else None, "second": draw.choice([*range(160), None]),
                "aim": None if is_edit else draw.choice(["t", "u", "v", None]), "kind": "run" if is_edit else draw.choice(["check", "run", "vcs"]), "is_ok": draw.choice([True, True, False, None]),
            })  # fmt: skip
        for chain in draw.sample(range(30), 9):
            id_, start = 30 * (n % 2) + chain, draw.randint(0, 120)
            last = start + draw.choice([0, 5, 20])
            made.chains.append(own | {
                "chain_id": id_, "started": start, "last": last, "closed": draw.choice([last + 3, last + 25, None]), "aim": draw.choice(["t", "u", "w", None]),
                "kind": draw.choice(["check", "vcs"]), "tried": draw.choice(TRIED), "error_category": draw.choice(["test", "lint"]), "n_attempts": 1,
                "first_event": "open", "first_event_attempt": 1, "outcome": "open", "is_hidden": False,
            })  # fmt: skip
            made.errors.append(own | {
                "id": id_, "second": start, "error_message": draw.choice(["$ pytest\nerror of {}", "$ pytest\nerror of {}\nfix: do {} again"]).replace("{}", f"{db} {id_}"),
            })  # fmt: skip
        made.windows.extend(
            own | {"start": start, "end": end}
            for start, end in [(0, 30), (45, 80), (90, 200)][: 3 - (n == 3)]
        )
    return made


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def made(request):
    found = world(request.param)
    store = Store.from_frames(
        tool_calls=timed("tool_calls", found.calls, ended_at="second"),
        error_chains=timed("error_chains", found.chains, started_at="started", last_failed_at="last", closed_at="closed"),
        error_log=timed("error_log", found.errors, timestamp="second"),
        session_windows=timed("session_windows", found.windows, start_at="start", end_at="end"),
    )  # fmt: skip
    with store as opened:
        yield found, opened


def of(rows: list[dict[str, Any]], *given: Any, by: str = "db session_id aim") -> list[dict[str, Any]]:
    return [row for row in rows if tuple(row[name] for name in by.split()) == given]


def words_of(chains: list[dict[str, Any]]) -> str | None:
    """Return the fewest words in which an aim was tried, of git the verb, also behind what adds files."""
    if not chains:
        return None
    tried = min((chain["tried"] for chain in chains), key=lambda words: (len(words), words))
    return "git push" if tried.startswith("git ") else tried


def lost_min(found: World, chain: dict[str, Any]) -> float:
    """Return the minutes of a chain in which its session was open."""
    end = chain["last"] if chain["closed"] is None else chain["closed"]
    windows = of(found.windows, chain["db"], chain["session_id"], by="db session_id")
    return sum(max(0, min(one["end"], end) - max(one["start"], chain["started"])) for one in windows) / 60


def mended_in(found: World, chain: dict[str, Any]) -> str | None:
    """Return the file of the last edit between the last failure and the success, with its folder."""
    edits = [
        call
        for call in of(found.calls, chain["db"], chain["session_id"], by="db session_id")
        if call["tool"] in EDITS
        and call["is_ok"]
        and call["second"] is not None
        and chain["closed"] is not None
        and chain["last"] <= call["second"] <= chain["closed"]
    ]
    last = max(edits, key=lambda call: call["call_id"], default=None)
    if last is None:
        return None
    return {"/p/web/src/a.py": "src/a.py", "b.py": "b.py", "/c.py": "c.py"}[last["file_path"]]


@pytest.mark.parametrize("kind", ["all", "check"])
def test_what_was_tried_in_each_session_and_how_it_failed(made, kind):
    found, store = made
    expected = []
    aims = {(db, session, aim) for db, session in SESSIONS for aim in ("t", "u", "v", "w")}
    for db, session, aim in aims:
        of_aim = [*of(found.calls, db, aim, by="db aim"), *of(found.chains, db, aim, by="db aim")]
        runs = [call for call in of(found.calls, db, session, aim) if call["is_ok"] is not None]
        chains = sorted(of(found.chains, db, session, aim), key=lambda chain: chain["chain_id"])
        if not (runs or chains) or (kind != "all" and kind not in [one["kind"] for one in of_aim]):
            continue
        moments = [call["second"] for call in runs if call["second"] is not None]
        moments += [chain["started"] for chain in chains]
        message = remedy = category = mended = None
        if chains:
            first, category, mended = chains[0], chains[0]["error_category"], mended_in(found, chains[0])
            [error] = of(found.errors, db, first["chain_id"], by="db id")
            message = f"error of {db} {first['chain_id']}"
            remedy = f"do {db} {first['chain_id']} again" if "fix:" in error["error_message"] else None
        expected.append([
            db, min(moments), session, aim, words_of(of(found.chains, db, aim, by="db aim")), category, len(runs), len(chains), bool(chains),
            pytest.approx(sum(lost_min(found, chain) for chain in chains), abs=6e-4), message, remedy, mended,
        ])  # fmt: skip
    units = ask(store, "checks.recurring", kind=kind).units
    units = units.assign(second=(units["first_at"] - at(0)).dt.total_seconds())
    columns = ("db", "second", "session_id", "aim", "tried", "error_category", "n_runs", "n_failures", "is_failed", "lost_min", "message", "remedy", "mended_in")  # fmt: skip
    assert listed(units, *columns) == sorted(expected, key=lambda row: row[:4])
    assert sum(row[-1] is not None for row in expected) >= 3


PUSH = "To push it, use\n\n    git push -u origin x\n"
#: What a command printed, the line that tells of it, and what that advises.
TELLING = [
    ("E       assert 1 == 2", "assert 1 == 2", None),
    ("12\n--\nab\nabc", "abc", None),  # a word has three letters
    ("Exit code 12\nabc", "abc", None),
    ("Exit code 12 again", "Exit code 12 again", None),
    ("exit status hidden\nabc", "abc", None),
    ("Traceback (most recent call last):\n  File a.py\nValueError: no", "ValueError: no", None),
    ("[12 characters cut]\nabc", "abc", None),
    ("[web] $ eslint .\n$ eslint .\nabc", "abc", None),
    ("hello there\nit was not found", "it was not found", None),
    ("hello there\nMy_Error of it", "My_Error of it", None),
    ("hello there\nterrors of it", "hello there", None),
    ("hello there\nit failed", "it failed", None),
    ("hello there\nit fails", "hello there", None),
    ("hello there\na.py:12: bad", "a.py:12: bad", None),
    ("hello there\n[FORMAT] bad", "[FORMAT] bad", None),
    ("warning: an error\nhello there", "warning: an error", None),  # where none is better the first
    ("warning: an error\nfatal: no", "fatal: no", None),
    ("hello there\nerror in these:\n  src/a.py", "error in these: src/a.py", None),
    ("error in these:", "error in these:", None),
    ("an error\\nof two lines", "an error", None),
    (f"error {'x' * 154}", f"error {'x' * 154}", None),
    (f"error {'x' * 155}", f"error {'x' * 154}", None),
    ("1 2 3", None, None),
    (f"fatal: none\n{PUSH}", "fatal: none", "git push -u origin x"),
    (f"fatal: none\n{PUSH.replace('use', 'type')}", "fatal: none", None),
    ('fatal: none\ntry "npm i x"', "fatal: none", "npm i x"),
    ("fatal: none\nexecute: `mix format`", "fatal: none", "mix format"),
    ("fatal: none\nwith 'ab'", "fatal: none", None),  # of two characters it is no command
    ("fatal: none\nhint: cd", "fatal: none", None),
    ("fatal: none\n  Help:  go there now", "fatal: none", "go there now"),
    ("fatal: none\nhint of a thing", "fatal: none", None),
    ("fatal: none\nDid you mean this?", "fatal: none", "Did you mean this?"),
    (f"fatal: none\nhint: {'x' * 120}", "fatal: none", "x" * 120),
    (f"fatal: none\nhint: {'x' * 119} y\nrun 'it now'", "fatal: none", "it now"),  # what is quoted comes first
]  # fmt: skip


@pytest.fixture(scope="module")
def told():
    """Return the units of a store in which each of these is what a session's first failure printed."""
    own = [{"db": "a", "session_id": f"s{n}", "second": n} for n in range(len(TELLING))]
    chains = [
        one | {"chain_id": n, "aim": "t", "kind": "check", "n_attempts": 1, "first_event": "open", "first_event_attempt": 1, "outcome": "open", "is_hidden": False}
        for n, one in enumerate(own)
    ]  # fmt: skip
    errors = [
        one | {"id": n, "error_message": f"$ pytest a.py\n{printed}"}
        for n, (one, (printed, *_)) in enumerate(zip(own, TELLING, strict=True))
    ]
    store = Store.from_frames(
        error_chains=timed("error_chains", chains, started_at="second", last_failed_at="second"),
        error_log=timed("error_log", errors, timestamp="second"),
    )
    with store as opened:
        return ask(opened, "checks.recurring").units


@each_row(("n", "said", "remedy"), [(n, *one[1:]) for n, one in enumerate(TELLING)])
def test_the_line_that_tells_and_what_it_advises(told, n, said, remedy):
    assert listed(told[told["session_id"] == f"s{n}"], "message", "remedy") == [[said, remedy]]
