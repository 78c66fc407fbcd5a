"""Three weeks of sessions: when they start, and what is special about some."""

from __future__ import annotations

from . import sessions, shop
from .chance import Chance
from .ledger import DAY_MS
from .plan import (
    ASKS_PERMISSION,
    CLEARED,
    DAYS,
    FIRST_DAY_MS,
    KILLED,
    LEFT_RUNNING,
    RESUMED,
    SEED,
    SESSIONS,
)
from .threads import Event, Session, Thread

HOUR_MS = 3_600_000


def play_all() -> list[Session]:
    """Play every session; each has its own source of chance, so that a change in one stays there."""
    starts = starting_times(Chance(SEED))
    played: list[Session] = []
    source, start_ms = "startup", 0
    for number, planned_ms in enumerate(starts):
        main = open_thread(number, start_ms if source == "clear" else planned_ms)
        source, start_ms = play(main, number, source)
        played.append(main.session)
    return played


def starting_times(chance: Chance) -> list[int]:
    """Return the starts in order: working days only, in working hours, some at the same time as another."""
    days = [day for day in range(DAYS) if day % 7 < 5]
    starts = []
    for number in range(SESSIONS):
        day = days[number * len(days) // SESSIONS]
        starts.append(FIRST_DAY_MS + day * DAY_MS + int(chance.between(7.5, 16.5) * HOUR_MS))
    return sorted(starts)


def open_thread(number: int, start_ms: int) -> Thread:
    """Return the main thread of a session that has not begun."""
    chance = Chance(SEED + 1 + number)
    mode = "default" if chance.happens(ASKS_PERMISSION) else "acceptEdits"
    return Thread(Session(chance.uuid(), chance, mode, shop.items(chance)), start_ms)


def play(main: Thread, number: int, source: str) -> tuple[str, int]:
    """Play one session; return how and when the next one starts, where this one says so."""
    chance, began_ms = main.chance, main.clock_ms
    sessions.start(main, source)
    ended = sessions.play_turns(main, chance.whole(2, 3), leaves_agent=number in LEFT_RUNNING)
    if number in KILLED:
        kill(main.session)
    elif number in CLEARED:
        sessions.end(main, "clear")
        return "clear", main.clock_ms + chance.whole(100, 400)
    else:
        sessions.end(main, "prompt_input_exit" if ended == "left" or chance.happens(0.6) else "other")
    if number in RESUMED:
        main.clock_ms = began_ms + DAY_MS + int(chance.between(-1.0, 1.0) * HOUR_MS)
        sessions.start(main, "resume")
        sessions.play_turns(main, 2)
        sessions.end(main, "other")
    return "startup", 0


def kill(session: Session) -> None:
    """Cut a session off right after a failure of the main thread, while an agent runs if that can be had."""
    session.events.sort(key=lambda event: event.at_ms)
    failures = [at for at, event in enumerate(session.events) if is_own_failure(event)]
    with_agents = [at for at in failures if session.running(session.events[at].at_ms)]
    last = (with_agents or failures)[-1]
    session.events = session.events[: last + 1]


def is_own_failure(event: Event) -> bool:
    """Say whether the main thread's check failed."""
    return event.fact["kind"] == "check" and not event.fact["ok"] and "agent_id" not in event.payload
