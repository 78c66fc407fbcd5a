"""A compaction of the main thread's memory: what its summary keeps, and what is done over again after it."""

from __future__ import annotations

from . import payloads
from .ledger import Ledger
from .plan import (
    AUTO_COMPACTION,
    EVENTS_BEFORE_AUTO,
    NAMED_IN_SUMMARY,
    REREAD_OTHER_RANGE,
    REREAD_STRICT,
)
from .shop import Item
from .threads import Session, Thread

MOST_LISTED = 50
MOST_READ_AGAIN = 6


def interlude(main: Thread, item: Item) -> None:
    """Compact on its own, once the session has grown long enough: long fights fill the memory."""
    session = main.session
    since = session.compacted_ms[-1] if session.compacted_ms else 0
    grown = sum(since < event.at_ms <= main.clock_ms for event in session.events)
    if grown >= EVENTS_BEFORE_AUTO and main.chance.happens(AUTO_COMPACTION * item.failures):
        compact(main, "auto")
        read_again(main)


def compact(main: Thread, trigger: str) -> None:
    """Play the four events of a compaction, as the client fires them."""
    session, chance = main.session, main.chance
    if trigger == "manual":
        session.prompt_id = chance.uuid()
    main.clock_ms += chance.whole(200, 900)
    asked = payloads.head(main, "PreCompact") | {"trigger": trigger, "custom_instructions": None}
    session.add(main.clock_ms, asked, "compacting", trigger=trigger)
    summary, named = summarise(session, main.clock_ms, trigger)
    main.clock_ms += int(1000 * chance.lognormal(14.0, 0.4))
    helper = Thread(session, main.clock_ms, f"a{chance.hex(16)}", "", main.folder)
    session.add(main.clock_ms, payloads.agent_stop(helper, session.running(main.clock_ms), summary))
    main.clock_ms += chance.whole(60, 200)
    again = payloads.head(main, "SessionStart") | {"source": "compact", "model": payloads.MODEL}
    session.add(main.clock_ms, again, "start", source="compact")
    main.clock_ms += chance.whole(30, 90)
    done = payloads.head(main, "PostCompact") | {"trigger": trigger, "compact_summary": summary}
    session.add(main.clock_ms, done, "compacted", trigger=trigger, named=named)
    session.compacted_ms.append(main.clock_ms)
    session.has_to_read = True


def summarise(session: Session, at_ms: int, trigger: str) -> tuple[str, dict[str, list[bool]]]:
    """Write a summary that names each open item with the planted probability; say which were named."""
    so_far = sorted(
        (event for event in session.events if event.at_ms <= at_ms), key=lambda event: event.at_ms
    )
    ledger = Ledger().see(so_far)
    open_items = open_texts(ledger, session.id)
    lines = [f"Goal: keep the shop working ({trigger} summary)."]
    for kind, texts in open_items.items():
        kept = [
            text for text in dict.fromkeys(texts) if text and session.chance.happens(NAMED_IN_SUMMARY[kind])
        ]
        lines += [f"{kind.replace('_', ' ').capitalize()}: " + "; ".join(kept)] if kept else []
    summary = "<summary>" + "\n".join(lines) + "</summary>"
    return summary, {
        kind: [bool(text) and text in summary for text in texts] for kind, texts in open_items.items()
    }


def open_texts(ledger: Ledger, session: str) -> dict[str, list[str]]:
    """Return how a summary would name each thing that is open; "" where nobody knows its name yet."""
    rejected = [one for one in ledger.rejected if one.session == session and one.is_relevant]
    running = [one for one in ledger.agents.values() if one.session == session and one.status == "running"]
    tasks = ledger.tasks.get(session, {})
    texts = {
        "chains": [chain.check[0] for chain in ledger.open_chains(session)],
        "failed_paths": [one.line for one in rejected],
        "files": list(dict.fromkeys(reversed(ledger.files.get(session, [])))),
        "agents": [one.task for one in running],
        "tasks": [subject for subject, status in tasks.values() if status != "completed"],
    }
    return {
        kind: found[:MOST_LISTED] if kind == "files" else found[-MOST_LISTED:]
        for kind, found in texts.items()
    }


def read_again(main: Thread) -> None:
    """Read again what was read before: the same lines, or others of the same file."""
    session, chance = main.session, main.chance
    session.has_to_read = False
    edited = {event.fact["path"]: event.at_ms for event in session.events if event.fact["kind"] == "edit"}
    newest = list(dict.fromkeys((path, first, last) for path, first, last, _ in reversed(main.read)))
    read_ms = {(path, first, last): at_ms for path, first, last, at_ms in main.read}
    untouched = [part for part in newest if edited.get(part[0], 0) < read_ms[part]]
    for path, first, last in untouched[:MOST_READ_AGAIN]:
        if chance.happens(REREAD_STRICT):
            main.read_lines(path, first, last)
    for path in list(dict.fromkeys(path for path, _, _ in newest))[:MOST_READ_AGAIN]:
        if chance.happens(REREAD_OTHER_RANGE):
            first = chance.whole(5, 40)
            main.read_lines(path, first, first + 29)
