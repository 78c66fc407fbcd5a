"""What happened in one session, in words: chains of failures folded, runs of calls folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from claudesess_collector import vocabulary

from claudesess import text
from claudesess.report.lanes import ANCHOR_OF_NO, anchor_of_agent, anchor_of_approach
from claudesess.report.reader import Reader, Rows

_MOMENT_S = 1.0
_FEW = 2  # so many calls, or rejected approaches, in a row stand for themselves
_TRIED = 120  # characters of a command
_FILE = 60  # characters of a file's name
_WHY = 180  # characters of why an approach was rejected
_LONGEST = 4_000  # characters of one text
_WORDS = {
    "session_start": "Session started",
    "session_end": "Session ended",
    "wait": "The turn ended",
    "rejected": "Approach rejected",
    "verdict": "A judge said",
    "interrupt": "Interrupted by the user",
    "permission": "Permission was asked for",
    "refused": "Call refused",
    "cancelled": "Call cancelled",
    "tool_error": "Tool error",
    "client_error": "The client had an error",
    "task": "Task created",
    "task_done": "Task completed",
    "commit": "Commit",
    "compaction": "Context compacted",
}
#: The client's own word for how a session started or ended, or who compacted its context, as people say it.
CLIENT_WORDS = {
    ("session_start", "startup"): "",
    ("session_start", "resume"): "taken up again",
    ("session_start", "fork"): "as a copy of another one",
    ("session_start", "clear"): "with an empty context",
    ("session_start", "compact"): "again, after a compaction",
    ("session_end", "prompt_input_exit"): "by the user",
    ("session_end", "logout"): "the user logged out",
    ("session_end", "clear"): "the context was cleared",
    ("session_end", "other"): "",
    ("compaction", "manual"): "by hand",
    ("compaction", "auto"): "by itself",
}
_GRAVE = ("refused", "interrupt", "client_error")


class Item(NamedTuple):
    """One line of the story; a folded one has parts."""

    kind: str
    anchor: str
    more_anchors: tuple[str, ...]
    clock: str
    iso: str
    who: str
    sentence: str
    length: str
    text: str
    parts: list[Item]


class _Names(NamedTuple):
    """What agents are called by their ids, and files by their paths."""

    agents: dict[str, str]
    files: dict[str, str]


def story(events: Rows, chains: Rows, reader: Reader) -> list[Item]:
    """Tell a session.

    Parameters
    ----------
    events
        Rows of `session_events` of one session of one file, in order.
    chains
        Its rows of `error_chains`, for what became of each.
    reader
        Says the clock.
    """
    agents: dict[str, str] = {}
    for row in events:
        if row["event"] == "agent":
            agents.setdefault(row["agent_id"], _word(row["what"], "agent"))
    names = _Names(agents, text.apart([row["file_path"] for row in events if row["file_path"]], _FILE))
    ends = {row["chain_id"]: row for row in chains}
    tries: dict[int, list[Item]] = {}
    for row in events:
        if row["chain_id"] is not None:
            tries.setdefault(row["chain_id"], []).append(_item(row, names, reader))
    items: list[Item] = []
    alike: list[tuple[Mapping[str, Any], Item]] = []
    sought = _sought(events)
    sent_out = _sent_out(events)
    for row in events:
        if row["place"] in sent_out:
            continue  # the agent that it sent out is told
        if row["chain_id"] is not None:
            of_chain = tries.pop(row["chain_id"], None)
            if of_chain:
                items += _folded(alike)
                alike = []
                items.append(_chain(row, of_chain, ends.get(row["chain_id"])))
            continue
        item = _item(row, names, reader)
        if row["place"] in sought:
            item = item._replace(more_anchors=(sought[row["place"]],))
        if alike and _run_of(alike[-1][0]) != _run_of(row):
            items += _folded(alike)
            alike = []
        if _run_of(row) == "rejected" or (_run_of(row) == "call" and row["is_ok"] is not False):
            alike.append((row, item))
            continue
        items += _folded(alike)
        alike = []
        items.append(item)
    return items + _folded(alike)


def _sent_out(events: Rows) -> set[int]:
    """Return the places of calls whose agent has a line of its own; each such line stands for one call.

    Of calls that were sent side by side one may have no agent here: those go first of which more ends are an
    agent's, then what is nearer.
    """
    agents = [row for row in events if row["event"] == "agent"]
    calls = [
        row
        for row in events
        if row["event"] == "call" and row["what"] in vocabulary.AGENT_TOOLS and row["is_ok"]
    ]
    pairs = [
        (-len(gaps), sum(gaps), call["place"], agent["place"])
        for call in calls
        for agent in agents
        if (gaps := _gaps(call, agent))
    ]
    found: dict[int, int] = {}
    for _, _, call, agent in sorted(pairs):
        if agent not in found and call not in found.values():
            found[agent] = call
    return set(found.values())


def _gaps(call: Mapping[str, Any], agent: Mapping[str, Any]) -> list[float]:
    """Return the seconds between ends of one moment of a call and an agent: hooks see one after the other."""
    ends = ("happened_at", "until_at")
    pairs = [(call[one], agent[other]) for one in ends for other in ends]
    gaps = [abs((one - other).total_seconds()) for one, other in pairs if None not in (one, other)]
    return [gap for gap in gaps if gap <= _MOMENT_S]


def _sought(rows: Rows) -> dict[int, str]:
    """Return by its place the anchor of what is looked for by another name: where it began, or was last."""
    places: dict[str, int] = {}
    for row in rows:
        if row["event"] == "agent":
            places.setdefault(anchor_of_agent(row["agent_id"]), row["place"])
        elif row["event"] == "rejected" and row["text"] is not None:
            places[anchor_of_approach(row["text"].partition("\n")[0])] = row["place"]
        elif row["event"] == "verdict" and row["is_ok"] is False:
            places[ANCHOR_OF_NO] = row["place"]
    return {place: anchor for anchor, place in places.items()}


def _chain(first: Mapping[str, Any], tries: list[Item], end: Mapping[str, Any] | None) -> Item:
    tried = _word(None if end is None else end["tried"], _word(first["what"], "a call"))
    outcome = "" if end is None else _OUTCOMES.get(end["outcome"], str(end["outcome"]))
    n_refused = sum(one.kind == "grave" for one in tries)
    n = "once" if len(tries) == 1 else text.count(len(tries), "time")
    if n_refused == len(tries):
        failed = f"was refused {n}"
    else:
        failed = f"failed {n}{f', {n_refused} of them refused' if n_refused else ''}"
    sentence = f"{text.code(tried, _TRIED)} {failed}{outcome and f', {outcome}'}"
    top = tries[0]
    return Item("chain", f"c{first['chain_id']}", (), top.clock, top.iso, top.who, sentence, "", "", tries)


_OUTCOMES = {
    "fixed": "then fixed",
    "escalated_research": "then looked into",
    "escalated_user": "then the user was asked",
    "abandoned": "and was left",
    "open": "and no end was seen",
}


def _run_of(row: Mapping[str, Any]) -> str:
    """Say with what an event stands in one line: a call that was cancelled with the calls about it."""
    return "call" if row["event"] == "cancelled" else str(row["event"])


def _folded(alike: list[tuple[Mapping[str, Any], Item]]) -> list[Item]:
    """Make a run of calls, or of approaches that were rejected, one line."""
    if len(alike) <= _FEW:
        return [item for _, item in alike]
    first, top = alike[0]
    if _run_of(first) == "call":
        tools = Counter(_word(row["what"], "call") for row, _ in alike if row["event"] == "call")
        n_cancelled = len(alike) - tools.total()
        called = ", ".join(f"{n} {tool}" for tool, n in tools.most_common(6))
        sentence = f"{text.count(tools.total(), 'call')}: {called}" if tools else ""
        lost = f"{text.count(n_cancelled, 'call')} cancelled" if n_cancelled else ""
        kind, sentence = "calls", "; ".join(filter(None, (sentence, lost)))
    else:
        kind, sentence = "rejected", f"{len(alike)} approaches rejected"
    parts = [item for _, item in alike]
    return [Item(kind, f"{top.anchor}f", (), top.clock, top.iso, "", sentence, "", "", parts)]


def _reason(words: str) -> str:
    """Cut the middle of why an approach was rejected: which check it was, and what it said."""
    line = " ".join(words.split())
    return line if len(line) <= _WHY else f"{line[: _WHY // 3]} … {line[-_WHY * 2 // 3 :]}"


def _item(row: Mapping[str, Any], names: _Names, reader: Reader) -> Item:
    event, at, until = str(row["event"]), row["happened_at"], row["until_at"]
    has_length = until is not None and at is not None and until > at
    kind = "failure" if event == "call" and row["is_ok"] is False else "grave" if event in _GRAVE else event
    who = "" if row["agent_id"] is None or event == "agent" else names.agents.get(row["agent_id"], "agent")
    shown = row["text"] or ""
    if event in ("agent", "task", "task_done", "commit"):
        shown = ""  # said in the line itself
    approach = ""
    if event == "rejected":  # what the check said of it is another thing than the approach
        approach, _, why = shown.partition("\n")
        shown = f"rejected by {_reason(why)}" if why.strip() else ""
    return Item(
        kind,
        f"e{row['place']}",
        (),
        reader.clock(at, "%H:%M:%S"),
        "" if at is None else reader.local(at).isoformat(timespec="milliseconds"),
        who,
        f"{_WORDS[event]}: {approach}" if approach else _sentence(event, row, has_length, names.files),
        _length(row) if has_length else "",
        shown[:_LONGEST] + (" …" if len(shown) > _LONGEST else ""),
        [],
    )


def _length(row: Mapping[str, Any]) -> str:
    # What an imported length is of, tools or permission, stands once: in the legend of the lanes above.
    seconds = (row["until_at"] - row["happened_at"]).total_seconds()
    return text.clock(seconds) if seconds >= 1 else ""  # what takes no time is not told of


def _sentence(event: str, row: Mapping[str, Any], has_length: bool, files: Mapping[str, str]) -> str:
    what = _word(row["what"], "")
    if event == "prompt":
        return "Prompt of the client itself" if what == "machine" else "Prompt"
    if event == "call":
        file = "" if not row["file_path"] else f" {files[row['file_path']]}"
        return f"{what or 'Call'}{' failed' if row['is_ok'] is False else ''}{file}"
    if event == "agent":
        ended = {True: "", False: ", which failed or was given up"}.get(row["is_ok"], ", no end seen")
        return f"Agent {what or 'of unknown type'}: {_word(row['text'], 'task not known')}{ended}"
    if event == "wait":
        if what == "machine":
            return "The turn ended; the client itself went on"
        return f"The turn ended; {'it waited for the user' if has_length else 'nothing more was seen'}"
    sentence = _WORDS.get(event, event)
    if event in ("task", "task_done", "commit"):
        return f"{sentence}: {_word(row['text'], 'not known')}"
    words = CLIENT_WORDS.get((event, what), what.replace("_", " "))
    return f"{sentence}: {words}" if words else sentence


def _word(value: str | None, missing: str) -> str:
    return missing if value is None else value
