"""A chain: the failed tries of one aim in one session since its last success.

`claudesess_chains` holds a row per open chain; the resolutions stand in error_log. Each chain has a key of its own:
its tries carry it in hook_events (`chain`), the call that closed it names it (`closes`), so does the event with which
it was left (`leaves`).
"""

from claudesess_collector import payload
from claudesess_collector.vocabulary import CHECK, PROBE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional

    from claudesess_collector.event import Event

_COLUMNS = "chain, spec, attempts, error_id, agent_id, n_prompts, is_provisional, is_rerun, is_left"
_TABLE = "claudesess_chains"
_OPEN = f"SELECT {_COLUMNS} FROM {_TABLE} WHERE session_id = ? ORDER BY error_id"
_NAMED = 30  # chains that one event's summary names at most
ARGUMENTS = "arguments"  # what a tool refused, where `astray` tells what was not there
_KNOWN_SPECS = 256
_specs: "dict[str, Spec]" = {}
LACKING = "lacking"  # an agent of that kind


class Spec:
    """What is known of a chain: what it tries, and the words that tell it from others."""

    __slots__ = (
        "aim", "astray", "cases", "category", "checks", "failed", "families", "filter", "is_gate", "is_of_before",
        "is_silent", "is_whole", "kind", "names", "purpose", "ran_at", "sketch", "targets", "via", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        self.aim = self.kind = self.category = ""
        self.families: "list[str]" = []
        self.targets: "list[str]" = []
        self.via: "Optional[str]" = None
        self.is_whole = False
        self.cases: "list[list[str]]" = []  # that were chosen: hashes of the words of each
        self.astray: "Optional[str]" = None  # the category of what was to run, where it was not there in any try
        self.is_of_before = False  # it checked the code as it was before
        self.failed: "list[str]" = []  # hashes of the words and the paths of what its last try said has failed
        self.is_silent = False  # a task runner that said no more than that it failed
        self.filter: "Optional[str]" = None
        self.sketch: "list[str]" = []
        self.purpose: "list[str]" = []
        self.ran_at = ""
        self.is_gate = False
        self.checks: "list[str]" = []  # that a gate named
        self.words: "list[str]" = []
        self.names: "list[str]" = []

    def copy(self) -> "Spec":
        """Return one that may be changed."""
        made = Spec()
        for name in self.__slots__:
            setattr(made, name, getattr(self, name))
        return made

    def kept(self) -> str:
        """Return it as its row holds it: what says nothing is left out."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return payload.to_json({name: value for name, value in values.items() if value != getattr(_NOTHING, name)})


_NOTHING = Spec()


def spec_of(text: str) -> Spec:
    """Return what a row holds; it is not to be changed, as who reads many events asks for the same few again and again.

    What is not of its kind, in a row that somebody else wrote, is left as nothing is known.
    """
    spec = _specs.get(text)
    if spec is None:
        if len(_specs) >= _KNOWN_SPECS:
            _specs.clear()
        spec = _specs[text] = Spec()
        found = payload.parse(text.encode("utf-8", "replace")) or {}
        for name in Spec.__slots__:
            default = getattr(spec, name)
            if isinstance(found.get(name), str if default is None else type(default)):
                setattr(spec, name, found[name])
    return spec


class Chain:
    """One open chain, as its row tells."""

    __slots__ = (
        "agent_id", "attempts", "error_id", "is_left", "is_provisional", "is_rerun", "key", "n_prompts", "spec",
    )  # fmt: skip

    def __init__(self, row: "tuple[Any, ...]") -> None:
        self.key: str = row[0]
        self.spec = spec_of(row[1])
        self.attempts: int = row[2]
        self.error_id: int = row[3]
        self.agent_id: "Optional[str]" = row[4]
        self.n_prompts: int = row[5]  # human ones since the last try
        self.is_provisional: int = row[6]  # the turn ended with it: for the time being the user was told
        self.is_rerun: int = row[7]  # tried again, and nobody saw how that went
        self.is_left: int = row[8]  # the turn ended, and nobody spoke of it

    @property
    def is_check(self) -> bool:
        """Whether a check of the project failed."""
        return self.spec.kind == CHECK

    @property
    def is_probe(self) -> bool:
        """Whether a look at something failed: that it is not there is an answer, mostly."""
        return self.spec.kind == PROBE

    def is_of_turn(self, event: "Event") -> bool:
        """Say whether it was tried last in the turn of an event, by the same agent."""
        return self.agent_id == event.agent_id and not self.n_prompts


def open_chains(event: "Event", session_id: "Optional[str]" = None) -> "list[Chain]":
    """Return the session's open chains, the one that was tried last at the end."""
    return [Chain(row) for row in event.db.kept(_TABLE, _OPEN, (session_id or event.session_id,))]


def add_try(
    event: "Event", chain: "Optional[Chain]", spec: Spec, row: "dict[str, Optional[str]]"
) -> "tuple[int, int, str]":
    """Add the next failed try of a chain, or the first of a new one; return its error_log id, its number, the key.

    The number is computed inside the INSERT, so that two hooks can never get the same.
    """
    db = event.db
    if chain is None:
        key = payload.short_hash(f"{event.session_id}\0{spec.aim}\0{event.tool_use_id or event.digest or event.stamp}")
    else:
        key = chain.key
        take_back(event, chain)
    columns = {"session_id": event.session_id, "timestamp": event.stamp, "agent_id": event.agent_id, **row}
    db.run(
        f"INSERT INTO error_log ({', '.join(columns)}, attempt_number) SELECT {', '.join('?' * len(columns))},"
        " 1 + coalesce((SELECT attempts FROM claudesess_chains WHERE session_id = ? AND chain = ?), 0)",
        (*columns.values(), event.session_id, key),
    )
    error_id, attempt = db.row("SELECT id, attempt_number FROM error_log WHERE id = last_insert_rowid()") or (0, 0)
    db.run(
        f"INSERT OR REPLACE INTO claudesess_chains (session_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, 0)",
        (event.session_id, key, spec.kept(), attempt, error_id, event.agent_id),
    )
    return error_id, attempt, key


def tried_unseen(event: "Event", chain: Chain) -> None:
    """The aim was tried again and nobody saw how it went: the chain stays open, but what comes now is no answer."""
    take_back(event, chain)
    set_flags(event, chain, is_rerun=1, n_prompts=0)


def take_back(event: "Event", chain: Chain) -> None:
    """The aim is tried again: it was not given up, and where a turn ended with it, it went on."""
    taken = ("abandoned", "escalated_user") if chain.is_provisional else ("abandoned",)
    event.db.run(
        f"UPDATE error_log SET resolution = NULL WHERE id = ? AND resolution IN ({', '.join('?' * len(taken))})",
        (chain.error_id, *taken),
    )


def close(event: "Event", closed: "Iterable[Chain]") -> None:
    """The aim was reached: its chains end here, and what was rejected on their behalf has been overcome."""
    db = event.db
    keys = []
    for chain in closed:
        keys.append(chain.key)
        take_back(event, chain)
        db.run("UPDATE error_log SET resolution = 'auto_fixed' WHERE id = ? AND resolution IS NULL", (chain.error_id,))
        db.run("DELETE FROM claudesess_chains WHERE session_id = ? AND chain = ?", (event.session_id, chain.key))
        if chain.is_check:
            from claudesess_collector import approaches

            approaches.acquit(event, chain.spec.aim, chain.agent_id)
        db.run(
            "UPDATE failed_paths SET still_relevant = 0 WHERE session_id = ? AND still_relevant = 1"
            " AND instr(context, ?)",
            (event.session_id, f'"aim": "{chain.spec.aim}"'),
        )
    if keys:
        event.summary["closes"] = keys[:_NAMED]


def mark(event: "Event", chain: Chain, how: str) -> bool:
    """Note what was seen to happen to a chain, if nothing was before; say whether it is noted now."""
    is_marked = event.db.run(
        "UPDATE error_log SET resolution = ? WHERE id = ? AND resolution IS NULL", (how, chain.error_id)
    )
    if is_marked and how == "abandoned":
        left = event.summary.setdefault("leaves", [])
        if len(left) < _NAMED:
            left.append(chain.key)
    return bool(is_marked)


def set_flags(event: "Event", chain: Chain, **flags: int) -> None:
    """Set flags of a chain, in its row too."""
    for flag, value in flags.items():
        setattr(chain, flag, value)
    event.db.run(
        f"UPDATE claudesess_chains SET {', '.join(f'{flag} = ?' for flag in flags)} WHERE session_id = ? AND chain = ?",
        (*flags.values(), event.session_id, chain.key),
    )


def leave(event: "Event", chain: Chain) -> None:
    """The aim was reached by another way: the chain ends here, given up."""
    mark(event, chain, "abandoned")
    event.db.run("DELETE FROM claudesess_chains WHERE session_id = ? AND chain = ?", (event.session_id, chain.key))


LAST_TRY_AT = "(SELECT timestamp FROM error_log WHERE id = ?)"  # a chain's last try, by its row
A_LOOK = '%"kind": "probe"%'  # what the summary of a call that only looked is like


def made_by(*tools: str) -> "list[str]":
    """Return what the summaries of calls by some tools are like."""
    return [f'%"tool": "{tool}"%' for tool in tools]


def is_done_since(
    event: "Event", chain: Chain, but: "Iterable[str]", of: str = "%", session_id: "Optional[str]" = None
) -> bool:
    """Say whether a call ended since a chain's last try: one whose summary is like `of`, and like none of `but`."""
    left_out = tuple(but)
    found = event.db.value(
        "SELECT 1 FROM hook_events WHERE session_id = ? AND event_type = 'post_tool_use'"
        f" AND timestamp > {LAST_TRY_AT} AND payload_summary LIKE ?"
        f"{' AND payload_summary NOT LIKE ?' * len(left_out)} LIMIT 1",
        (session_id or event.session_id, chain.error_id, of, *left_out),
    )
    return found is not None


def n_done_since(event: "Event", chain: Chain) -> int:
    """Return how many calls ended since a chain's last try."""
    found = event.db.value(
        "SELECT count(*) FROM hook_events WHERE session_id = ? AND event_type = 'post_tool_use'"
        f" AND timestamp > {LAST_TRY_AT}",
        (event.session_id, chain.error_id),
    )
    return found or 0


def is_next(event: "Event", chain: Chain) -> bool:
    """Say whether no call ended since a chain's last try, well or not."""
    ended_since = (
        "SELECT 1 FROM hook_events WHERE session_id = ? AND event_type IN ('post_tool_use', 'post_tool_use_failure')"
        f" AND timestamp > {LAST_TRY_AT} LIMIT 1"
    )
    return event.db.value(ended_since, (event.session_id, chain.error_id)) is None


def message(event: "Event", chain: Chain) -> str:
    """Return what the last try of a chain said."""
    return event.db.value("SELECT error_message FROM error_log WHERE id = ?", (chain.error_id,)) or ""
