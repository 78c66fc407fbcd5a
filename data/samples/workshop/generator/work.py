"""How a piece of work goes: look, edit, run the check, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Callable

from . import shop
from .plan import (
    HELPED,
    LADDERS,
    MOST_ATTEMPTS,
    NOT_FOUND,
    PASS_AFTER_COMPACTION,
    PIPED,
    REPEAT_AFTER_COMPACTION,
    REPEAT_OTHERWISE,
    REPRODUCE,
    RESEARCH_ELSEWHERE,
)
from .threads import Fact, Thread

#: What may be done after a failure, before the next step: on the main thread, a compaction.
Interlude = Callable[[Thread, shop.Item], None]
PIPES = (" 2>&1 | tail -20", " 2>&1 | tail -5", " | head -40")
SECONDS = {"test": 9.0, "lint": 1.2, "type": 6.0, "build": 14.0, "runtime": 4.0}


def work_on(thread: Thread, item: shop.Item, after_failure: Interlude, *, is_last_turn: bool = False) -> str:
    """Play a piece of work and return how it ended: ``fixed``, ``asked``, ``left`` or ``gave up``."""
    thread.look_at(item.path)
    if thread.chance.happens(0.6):
        thread.look_at(thread.chance.pick(tuple(shop.PYTHON)))
    is_helped = False
    if not item.tried and thread.chance.happens(REPRODUCE):
        run(thread, item, passes=False)
    while True:
        edit(thread, item)
        if run(thread, item, passes=thread.chance.happens(pass_share(thread, item, is_helped))):
            return "fixed"
        step = next_step(thread, item, is_last_turn)
        if step in ("asked", "left", "gave up"):
            return step
        is_helped = step == "answered"
        if step == "research":
            is_helped = research(thread, item)
        elif step == "answered":
            ask_user(thread, item)
        after_failure(thread, item)


def pass_share(thread: Thread, item: shop.Item, is_helped: bool) -> float:
    """Return the planted probability that the next run passes."""
    ladder = LADDERS[item.category]
    share = ladder.fix + HELPED * is_helped if item.failures else 1.0 - ladder.first_fails
    return share * (PASS_AFTER_COMPACTION if thread.is_after_compaction() else 1.0)


def next_step(thread: Thread, item: shop.Item, is_last_turn: bool) -> str:
    """Draw what happens after a failure.

    A thread leaves a failing check only to end its turn or itself. So the next research of the same thread
    is never about a check that it left before.
    """
    ladder, chance = LADDERS[item.category], thread.chance
    ways = {"research": ladder.research, "user": ladder.user, "abandon": ladder.abandon}
    ways["retry"] = 1.0 - sum(ways.values())
    way = chance.weighted(ways)
    is_enough = item.failures >= MOST_ATTEMPTS
    if thread.agent:
        over = way == "abandon" or is_enough or thread.is_late
        return "gave up" if over else "research" if way == "research" else "retry"
    if is_enough or way == "user":
        return "asked" if is_enough or chance.happens(0.5) else "answered"
    if way == "abandon":
        return "left" if is_last_turn else "retry"
    return way


def edit(thread: Thread, item: shop.Item) -> None:
    """Try a line: a new one, or one that was rejected before."""
    compacted = thread.session.compacted_ms
    old = item.tried[-1][0] if item.tried else "pass"
    before = [line for line, at_ms in item.tried if compacted and at_ms < compacted[-1] and line != old]
    others = [line for line, _ in item.tried if line != old]
    fresh = [line for line in item.approaches if line not in dict(item.tried)]
    if before and thread.chance.happens(REPEAT_AFTER_COMPACTION):
        new = thread.chance.pick(before)
    elif fresh and not (others and thread.chance.happens(REPEAT_OTHERWISE)):
        new = thread.chance.pick(fresh)
    else:
        new = thread.chance.pick(others)
    thread.edit(item.path, old, new)
    item.tried.append((new, thread.clock_ms))


def run(thread: Thread, item: shop.Item, *, passes: bool) -> bool:
    """Run the check, in one of its spellings, and say whether it passed."""
    chance = thread.chance
    if item.command.startswith("mypy") and not passes and chance.happens(NOT_FOUND):
        return _run_missing(thread, item)
    item.failures += not passes
    took_ms = int(1000 * chance.lognormal(SECONDS[item.category], 0.4))
    can_hide = item.command.startswith(("python -m pytest", "ruff", "mypy"))
    pipe = chance.pick(PIPES) if can_hide and chance.happens(PIPED) else ""
    typed, why = f"{_prefix(thread, item)}{item.command}{pipe}", f"Check {item.path.rpartition('/')[2]}"
    fact: Fact = {
        "check": item.check,
        "category": item.category,
        "ok": passes,
        "hidden": bool(pipe),
        "ran": True,
        **told(item),
    }
    if passes or pipe:
        output = shop.passed_output(item) if passes else shop.failed_output(item)
        thread.shell(typed, output, took_ms, why, "check", **fact)
    else:
        given = {"command": typed, "description": why}
        thread.fail("Bash", given, f"Exit code 1\n{shop.failed_output(item)}", took_ms, "check", **fact)
    return passes


def told(item: shop.Item) -> Fact:
    """Return what a run of a check tells: its name, the files that it blames, names, and looks over."""
    is_over = item.path in item.command or f"'{item.path}'" in item.command
    return {
        "name": item.name,
        "blamed": item.blamed,
        "is_named": item.category != "test" and item.path != shop.ODD_FILE,
        "over": item.path if is_over else None,
    }


def _run_missing(thread: Thread, item: shop.Item) -> bool:
    """Try a type checker that is not installed: a check of its own, which is not tried again."""
    command = item.command.replace("mypy", "pyright")
    given = {"command": _prefix(thread, item) + command, "description": "Check types"}
    error = "Exit code 127\n/bin/bash: line 1: pyright: command not found"
    fact: Fact = {
        "check": (command, item.folder),
        "category": "type",
        "ok": False,
        "hidden": False,
        "ran": False,
        **told(item),
    }
    thread.fail("Bash", given, error, 40, "check", **fact)
    return False


def _prefix(thread: Thread, item: shop.Item) -> str:
    """Go to the check's folder, where the shell is not there yet; it stays there."""
    if thread.folder == item.folder:
        return ""
    thread.folder = item.folder
    return f"cd {f'{shop.PROJECT_DIR}/{item.folder}'.rstrip('/')} && "


def research(thread: Thread, item: shop.Item) -> bool:
    """Look the failure up, or something else; say whether it was the failure."""
    chance = thread.chance
    is_elsewhere = chance.happens(RESEARCH_ELSEWHERE)
    about = "invoice layouts" if is_elsewhere else item.name
    if chance.happens(0.5):
        url = f"https://docs.example.org/{item.category}/{chance.whole(1, 40)}"
        given = {"url": url, "prompt": f"What is said of {about}?"}
        response = {"url": url, "code": 200, "result": "…"}
        thread.call("WebFetch", given, response, chance.whole(400, 2500), "research", about=about)
    else:
        query = f"{about} {item.category} error"
        thread.call(
            "WebSearch",
            {"query": query},
            {"query": query, "results": []},
            chance.whole(600, 3000),
            "research",
            about=about,
        )
    return not is_elsewhere


def ask_user(thread: Thread, item: shop.Item) -> None:
    """Ask a question in the middle of a turn; people take their time."""
    question = f"{item.name} still fails. Change the interface?"
    option = {"label": "Yes", "description": "It may change"}
    asked = {"question": question, "header": "Interface", "options": [option], "multiSelect": False}
    took_ms = int(1000 * thread.chance.lognormal(40.0, 0.7))
    response = {"questions": [asked], "answers": {question: "Yes"}}
    thread.call("AskUserQuestion", {"questions": [asked]}, response, took_ms, "ask", about=item.name)
