"""The main thread: turns, task lists, agents it waits for, and the end of the session."""

from __future__ import annotations

from . import agents, payloads, shop
from .compaction import compact, interlude, read_again
from .plan import (
    AGENT_WEIGHTS,
    API_ERROR,
    COMMITS,
    EDITS_THROUGH_SHELL,
    FAILS_WITH_SIBLING,
    INTERRUPTED,
    LADDERS,
    LAUNCHED,
    MANUAL_COMPACTION,
    MOST_ATTEMPTS,
    SAYS_NOTHING,
    TASK_LIST,
    TURN_LAUNCHES,
)
from .tasks import complete_task, create_tasks, update_task
from .threads import Fact, Thread
from .work import work_on

PROMPTS = (
    "Make the checks of {} pass.",
    "Please finish {}.",
    "Look into {}; customers complain.",
    "Clean up {} and what depends on it.",
)


def start(main: Thread, source: str) -> None:
    """Open the session, or open it again."""
    main.session.prompt_id = ""
    opened = payloads.head(main, "SessionStart") | {"source": source}
    if source == "resume":
        opened["model"] = payloads.MODEL
    main.session.add(main.clock_ms, opened, "start", source=source)


def end(main: Thread, reason: str) -> None:
    """Close the session; agents that still run are cut off."""
    main.clock_ms += main.chance.whole(400, 1500)
    main.session.events = [event for event in main.session.events if event.at_ms < main.clock_ms]
    main.session.background.clear()  # who was cut off will never report
    main.session.add(main.clock_ms, payloads.head(main, "SessionEnd") | {"reason": reason}, "end")


def play_turns(main: Thread, count: int, *, leaves_agent: bool = False) -> str:
    """Play the turns of a session; return ``left`` when the user walked away from a failing check."""
    for number in range(count):
        is_last = number == count - 1
        if number:
            main.clock_ms += int(1000 * main.chance.lognormal(75.0, 0.9))
            if main.chance.happens(MANUAL_COMPACTION):
                compact(main, "manual")
        if turn(main, is_last) == "left":
            return "left"
        if is_last and leaves_agent:
            main.think()
            agents.launch(main, "general-purpose")
            stop(main)
        else:
            wait_for_agents(main)
    return "done"


def turn(main: Thread, is_last: bool) -> str:
    """Play one turn: a prompt, agents, work, and the stop."""
    session, chance = main.session, main.chance
    session.prompt_id, session.failing = chance.uuid(), ""
    main.clock_ms += chance.whole(40, 400)
    prompt(main, chance.pick(PROMPTS).format(chance.pick(tuple(shop.PYTHON)).rpartition("/")[2]), human=True)
    if chance.happens(API_ERROR):
        return api_error(main)
    if session.has_to_read:
        read_again(main)
    if chance.happens(TURN_LAUNCHES):
        for _ in range(int(chance.weighted(LAUNCHED))):
            agents.launch(main, chance.weighted(AGENT_WEIGHTS))
    oddities(main)
    work = [item for item in session.unsolved if chance.happens(0.6)]
    session.unsolved = [item for item in session.unsolved if item not in work]
    taken = [shop.take(session.free, chance, tuple(LADDERS)) for _ in range(chance.whole(1, 3))]
    work += [item for item in taken if item is not None]
    tasks = create_tasks(main, work) if chance.happens(TASK_LIST) else {}
    for item in work:
        deliver(main)
        if tasks:
            update_task(main, tasks[item.command], item, "in_progress")
        ended = work_on(main, item, interlude, is_last_turn=is_last)
        if ended != "fixed":
            session.unsolved += [item] if item.failures < MOST_ATTEMPTS else []
            session.failing = "" if chance.happens(SAYS_NOTHING) else item.name
            break
        if tasks:
            complete_task(main, tasks[item.command], item)
    if ended == "left":
        return "left"
    if ended == "fixed" and chance.happens(COMMITS):
        commit(main)
    stop(main)
    return "done"


def prompt(main: Thread, text: str, *, human: bool) -> None:
    """Submit a prompt, a person's or the client's own."""
    submitted = payloads.head(main, "UserPromptSubmit", mode=True) | {"prompt": text}
    main.session.add(main.clock_ms, submitted, "prompt", human=human)


def stop(main: Thread) -> None:
    """End the turn; its closing words say what fails still, or nothing of it."""
    main.think(3.0)
    name = main.session.failing
    stopped = payloads.head(main, "Stop", mode=True, effort=True) | {
        "stop_hook_active": False,
        "last_assistant_message": f"{name} still fails. Shall I change the interface?"
        if name
        else "That is where it stands.",
        "background_tasks": main.session.running(main.clock_ms),
        "session_crons": [],
    }
    main.session.add(main.clock_ms, stopped, "stop", name=name)


def api_error(main: Thread) -> str:
    """End the turn with an API error; nothing else happened in it."""
    main.think()
    kinds = {
        "rate_limit": "429 Rate limited",
        "overloaded": "529 Overloaded",
        "server_error": "500 Internal error",
    }
    kind = main.chance.pick(tuple(kinds))
    failure = payloads.head(main, "StopFailure", effort=True) | {
        "error": kind,
        "last_assistant_message": f"API Error: {kinds[kind]}",
    }
    main.session.add(main.clock_ms, failure, "stop_failure")
    return "done"


def deliver(main: Thread) -> None:
    """Hear from the agents that have ended."""
    session = main.session
    for one in sorted(session.background, key=lambda one: one.ends_ms):
        if one.ends_ms <= main.clock_ms:
            session.background.remove(one)
            main.clock_ms += main.chance.whole(30, 120)
            prompt(
                main,
                payloads.notification(main, one.agent, one.use_id, one.status, one.description),
                human=False,
            )


def wait_for_agents(main: Thread) -> None:
    """Take a turn for each agent that ends after the main thread has stopped."""
    session = main.session
    while session.background:
        main.clock_ms = max(main.clock_ms, min(one.ends_ms for one in session.background))
        session.prompt_id = main.chance.uuid()
        deliver(main)
        if main.chance.happens(0.5):
            main.look_at(main.chance.pick(tuple(shop.PYTHON)))
        stop(main)


def commit(main: Thread) -> None:
    """Commit what was done."""
    made = {"sha": main.chance.hex(7), "branch": "main"}
    response = {"gitOperation": {"commit": made}}
    main.shell(
        "git commit -qam 'Fix checks'", "", main.chance.whole(60, 300), "Commit", "commit", response=response
    )


def oddities(main: Thread) -> None:
    """Now and then: a permission asked for, a file changed by the shell, commands torn down."""
    session, chance = main.session, main.chance
    if session.mode == "default":
        main.think()
        asked = {"tool_name": "Bash", "tool_input": {"command": "rm -rf build", "description": "Clean"}}
        request = payloads.head(main, "PermissionRequest", mode=True, effort=True) | asked
        session.add(main.clock_ms, request | {"permission_suggestions": []}, "permission")
    if chance.happens(EDITS_THROUGH_SHELL):
        edit_through_shell(main)
    if chance.happens(FAILS_WITH_SIBLING):
        given = {"command": "psql -c 'select 1'", "description": "Is the database up?"}
        error = "Exit code 2\npsql: error: connection to server on socket failed: No such file or directory"
        fact: Fact = {"check": (given["command"], ""), "category": "runtime"}
        fact |= {"name": "psql", "blamed": (), "is_named": False, "over": None}
        main.fail("Bash", given, error, 60, "check", **fact, ok=False, hidden=False, ran=True)
        sibling = {"command": "git status --short", "description": "See what changed"}
        main.fail(
            "Bash", sibling, "<tool_use_error>Sibling tool call errored</tool_use_error>", 5, "cancelled"
        )
    if chance.happens(INTERRUPTED):
        given = {"command": "npm run dev", "description": "Start the web shop"}
        main.fail(
            "Bash",
            given,
            "[Request interrupted by user for tool use]",
            30_000,
            "cancelled",
            is_interrupt=True,
        )


def edit_through_shell(main: Thread) -> None:
    """Change a file with a command, as far as the client notices."""
    path = main.chance.pick(shop.TYPESCRIPT)
    absolute, line = f"{shop.PROJECT_DIR}/{path}", f"// checked {main.chance.whole(1, 28)} October"
    hunk = {"oldStart": 1, "oldLines": 0, "newStart": 1, "newLines": 1, "lines": [f"+{line}"]}
    diff = {"files": [{"filePath": absolute, "hunks": [hunk]}], "moreFiles": 0, "changedFiles": [absolute]}
    fact: Fact = {"path": path, "line": line, "operation": "Bash"}
    given = f"sed -i '1i {line}' {path}"
    main.shell(given, "", 30, "Note the check", "edit", response={"bashEditDiff": diff}, **fact)
