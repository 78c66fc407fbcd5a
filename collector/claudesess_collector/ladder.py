"""What is seen to happen to open chains when nobody tries them: asked for help, told the user, given up."""

from claudesess_collector import chains, payload
from claudesess_collector.system import posix
from claudesess_collector.vocabulary import (
    AGENT_TOOLS,
    ASKING_TOOL,
    BOOKKEEPING,
    EDIT_TOOLS,
    PROBE,
    RUN,
    VCS,
    WEB_TOOLS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.chains import Chain
    from claudesess_collector.event import Event

_SAID_AT_ONCE = 1  # look after the last try, within which closing words that begin with any trouble are of it
_SAID_SOON = 3  # calls after a try, within which closing words are of it though they hardly name it
_SAYS_MUCH = (12, 40)  # telling words of research, of which one, or two, are in any failure by chance
_SHOWN_AT_LEAST, _PART_SHOWN = 3, 0.8  # words of a command that closing words show, and of these those that were tried
_ASKED = 4096  # characters of what an agent is told
_GIVEN_UP_AFTER = 2  # human prompts without another try


def went_on(event: "Event", open_chains: "list[Chain]") -> None:
    """The main thread works on before anybody answered: where its turn had ended, it ended for the time being only."""
    for chain in open_chains:
        if chain.is_provisional:
            _take_back_stop(event, chain)
        elif chain.is_left:
            chains.set_flags(event, chain, is_left=0)


def _take_back_stop(event: "Event", chain: "Chain") -> None:
    event.db.run(
        "UPDATE error_log SET resolution = NULL WHERE id = ? AND resolution = 'escalated_user'", (chain.error_id,)
    )
    chains.set_flags(event, chain, is_provisional=0)


def asked(event: "Event", open_chains: "list[Chain]") -> None:
    """Research, or a question to the user, finished: it escalates the failures of its turn that it is about."""
    about = [
        chain
        for chain in open_chains
        if chain.is_of_turn(event) and not chain.is_rerun and not _seeks_the_same(event.tool, chain.spec.families)
    ]
    if not about:
        return
    question = event.fact("asking", asking)
    if question["only_runs"]:
        return
    of_project = _of_the_project(event)
    words, troubled = set(question["words"]) - of_project, set(question["troubled"]) - of_project
    how = "escalated_user" if event.tool == ASKING_TOOL else "escalated_research"
    n_needed = 1 if event.tool == ASKING_TOOL else 1 + sum(len(words) > much for much in _SAYS_MUCH)
    for chain in about:
        failed = chain.spec.words
        # What a run is about is in much of the work that came behind it.
        further = how == "escalated_research" and chain.spec.kind == RUN and _is_over(event, chain)
        is_about = len(words.intersection(failed)) >= n_needed + further and not (
            chain.is_probe and _is_over(event, chain)
        )
        is_of_kind = chain.is_check and chain.spec.category in question["checks"]
        is_meant = event.tool not in AGENT_TOOLS or troubled.intersection(failed) or _is_at_once(event, chain)
        if is_of_kind or (is_about and is_meant):
            chains.mark(event, chain, how)


def _seeks_the_same(tool: "Optional[str]", tried: "list[str]") -> bool:
    """Say whether research is a try of what failed, or another way to it: a page that is not there is searched for."""
    return tool in tried or (tool in WEB_TOOLS and not set(WEB_TOOLS).isdisjoint(tried))


def _is_at_once(event: "Event", chain: "Chain") -> bool:
    """Say whether the thread whose try failed has done nothing else since than to look."""
    no_work = [*chains.made_by(*BOOKKEEPING, *AGENT_TOOLS), chains.A_LOOK]
    if event.agent_id is None:
        return not chains.is_done_since(event, chain, [*no_work, '%"agent_id": "%'])
    return not chains.is_done_since(event, chain, no_work, of=f'%"agent_id": "{event.agent_id}"%')


def _of_the_project(event: "Event") -> "set[str]":
    """Return hashes of the words of the project's folder: they stand in any path, and tell no failure from another."""
    from claudesess_collector.words import hashes

    return set(hashes([posix(event.project_dir)]))


def asking(event: "Event") -> "dict[str, Any]":
    """Return hashes of the telling words of a question; of what an agent is told, which of them stand beside trouble.

    Also which kinds of checks it is told to mend. An agent that is only told to run something tries again, or does
    other work: it looks for no reason.
    """
    from claudesess_collector import words

    asked = payload.field(event.payload, "tool_input")
    texts = _texts(asked)
    if event.tool not in AGENT_TOOLS:
        return {"words": words.hashes(texts), "troubled": [], "checks": [], "only_runs": False}
    parts = [(payload.text(asked, key) or "")[:_ASKED] for key in ("description", "prompt")]
    return {
        "words": words.hashes(texts),
        "troubled": words.to_mend("\n".join(parts)),
        "checks": words.checks_to_mend("\n".join(parts)),
        "only_runs": words.only_runs(parts[1]),
    }


def _texts(value: object, depth: int = 0) -> "list[str]":
    if isinstance(value, str):
        return [value[:_ASKED]]
    if isinstance(value, dict) and depth < 6:
        value = list(value.values())
    if isinstance(value, list) and depth < 6:
        return [text for item in value[:50] for text in _texts(item, depth + 1)]
    return []


def stopped(event: "Event") -> None:
    """The main thread's turn ended: what its closing words name or admit was handed to the user, for the time being."""
    open_chains = chains.open_chains(event)
    went_on(event, open_chains)
    mine = [chain for chain in open_chains if chain.agent_id is None]
    closed = event.fact("closing", closing) if mine else None
    if closed is None:
        return
    of_these = [chain for chain in mine if _is_told(event, chain, closed)]
    if not of_these and closed["begins_with_trouble"]:
        of_these = [chain for chain in mine[-1:] if _is_answered(event, chain)]
    for chain in mine:
        if chain in of_these:
            if chains.mark(event, chain, "escalated_user"):
                chains.set_flags(event, chain, is_provisional=1)
        else:
            chains.set_flags(event, chain, is_left=1)


def _is_told(event: "Event", chain: "Chain", closed: "dict[str, Any]") -> bool:
    """Say whether closing words name what failed, or admit what can only be that."""
    is_over, is_near = _is_over(event, chain), _is_near(event, chain)
    if is_over and _looks_here(chain):
        return is_near and _is_asked_after(event, chain, closed)
    if not set(closed["troubled" if is_near else "failing"]).isdisjoint(chain.spec.names):
        return True
    if chain.n_prompts:
        return False
    if chain.is_check and chain.spec.category in closed["checks"]:
        return True
    if is_near and _is_handed_over(chain, closed):
        return True
    return closed["admits"] and not is_over and (is_near or _is_in_hand(event, chain))


def _is_handed_over(chain: "Chain", closed: "dict[str, Any]") -> bool:
    """Say whether closing words show the user the command that failed, or a step of it: they are to run it."""
    if chain.spec.kind not in (RUN, VCS):
        return False
    shown, tried = closed.get("shown") or [], set(chain.spec.sketch)
    return any(
        len(words) >= _SHOWN_AT_LEAST and len(tried.intersection(words)) >= _PART_SHOWN * len(words) for words in shown
    )


def _is_asked_after(event: "Event", chain: "Chain", closed: "dict[str, Any]") -> bool:
    """Say whether a turn that did but look since a look had failed ends with a question: the looks did not answer it.

    What closing words tell of an event that waited since before they were asked for that is not known.
    """
    if closed.get("asks") is not True or chain.n_prompts or chains.is_done_since(event, chain, [chains.A_LOOK]):
        return False
    from claudesess_collector import looks

    return not looks.shows_some(chains.message(event, chain))


def _is_answered(event: "Event", chain: "Chain") -> bool:
    """Say whether a turn ended with a failure, but for a look: what is said first can only be of that.

    A look was answered by its failure.
    """
    is_at_once = not chain.n_prompts and chains.n_done_since(event, chain) <= _SAID_AT_ONCE
    return is_at_once and not chain.is_probe and not chains.is_done_since(event, chain, [chains.A_LOOK])


def _is_near(event: "Event", chain: "Chain") -> bool:
    """Say whether so little was done since the failure that what is said is of it, whatever words it takes."""
    return chains.n_done_since(event, chain) <= _SAID_SOON


def _is_in_hand(event: "Event", chain: "Chain") -> bool:
    """Say whether what git refused is still looked into: no edits went on, and it was not but asked in a wrong way."""
    if chain.spec.kind != VCS or chain.spec.astray == chains.ARGUMENTS:
        return False
    edited = f"SELECT 1 FROM file_claims WHERE session_id = ? AND timestamp > {chains.LAST_TRY_AT} LIMIT 1"
    return event.db.value(edited, (event.session_id, chain.error_id)) is None


def _is_over(event: "Event", chain: "Chain", session_id: "Optional[str]" = None) -> bool:
    """Say whether work went on after a look or a run that failed: what did not work may not matter any more.

    After a look anything is work; after a run, what does more than look. Keeping a list of tasks is none.
    """
    return chain.spec.kind in (PROBE, RUN) and _worked_since(event, chain, session_id)


def _looks_here(chain: "Chain") -> bool:
    """Say whether a look is at what lies here: another may answer it, as none does a page of the web."""
    return chain.is_probe and set(WEB_TOOLS).isdisjoint(chain.spec.families)


def _worked_since(
    event: "Event", chain: "Chain", session_id: "Optional[str]" = None, but: "tuple[str, ...]" = ()
) -> bool:
    """Say whether anything was done since a look, or since another try what does more than look; not by tools `but`."""
    no_work = chains.made_by(*BOOKKEEPING, *but)
    if not _looks_here(chain):
        no_work.append(chains.A_LOOK)
    return chains.is_done_since(event, chain, no_work, session_id=session_id)


def closing(event: "Event") -> "Optional[dict[str, Any]]":
    """Return what a turn's closing words tell.

    Whether they admit a failure, ask for something at their end, or begin with any trouble; of which kinds of checks;
    which words stand beside trouble of any kind, and which beside words that only tell of failures; hashes of the words
    of each command that they show.
    """
    closing_words = event.text("last_assistant_message")
    if closing_words is None:
        return None
    from claudesess_collector import aims, words

    spoken = words.Spoken(words.prose(closing_words))
    return {
        "admits": words.admits(spoken),
        "asks": words.ends_with_a_request(spoken),
        "begins_with_trouble": words.begins_with_trouble(spoken),
        "checks": words.failing_checks(spoken),
        "troubled": words.troubled(spoken),
        "failing": words.failing(spoken),
        "shown": [aims.sketched(command) for command in words.shown(closing_words)],
    }


def prompted(event: "Event", is_machine: bool) -> None:
    """A prompt came: a machine's lets the turn go on, a human's ends it for good."""
    open_chains = chains.open_chains(event)
    if is_machine:
        went_on(event, open_chains)
        return
    for chain in open_chains:
        if chain.agent_id is not None:
            continue
        n_prompts = chain.n_prompts + 1
        if n_prompts >= _GIVEN_UP_AFTER or chain.is_left:
            chains.mark(event, chain, "abandoned")
        chains.set_flags(event, chain, n_prompts=n_prompts, is_provisional=0, is_left=0)


def taken_up(event: "Event") -> None:
    """The session was taken up again, so its last turn had ended for good, whatever prompt the record has lost."""
    for chain in chains.open_chains(event):
        if chain.is_provisional:
            chains.set_flags(event, chain, is_provisional=0)


def broke_off(event: "Event") -> None:
    """The API broke the turn off: its prompt asked for nothing else, and nobody gave anything up."""
    for chain in chains.open_chains(event):
        if chain.agent_id is None and chain.n_prompts:
            chains.set_flags(event, chain, n_prompts=chain.n_prompts - 1)


def agent_ended(event: "Event", session_id: "Optional[str]", agent_id: "Optional[str]") -> None:
    """An agent ended: the chains whose last try was its own were left."""
    for chain in chains.open_chains(event, session_id):
        if chain.agent_id == agent_id:
            chains.mark(event, chain, "abandoned")


def session_ended(event: "Event", session_id: "Optional[str]" = None) -> None:
    """The session is over: what is still open was given up."""
    for chain in chains.open_chains(event, session_id):
        chains.mark(event, chain, "abandoned")


def fell_silent(event: "Event", session_id: str) -> None:
    """The session has been silent for a day: what its turns left was given up.

    What was tried in the turn in whose middle the record ends stays open: nobody knows. A look, a run or a step of git
    is an exception where other work followed it: that went on without it. An edit may be to mend what failed. So is a
    check of the code as it was before: it asks whether it failed there, too, and nobody is to mend that.
    """
    last = "SELECT event_type FROM hook_events WHERE session_id = ? ORDER BY id DESC LIMIT 1"
    is_broken_off = event.db.value(last, (session_id,)) == "stop_failure"
    for chain in chains.open_chains(event, session_id):
        but = () if chain.is_probe else EDIT_TOOLS
        is_moved_on = not chain.is_check and _worked_since(event, chain, session_id, but)
        is_moved_on = is_moved_on or chain.spec.is_of_before
        if chain.is_left or chain.n_prompts or chain.agent_id is not None or is_moved_on or is_broken_off:
            chains.mark(event, chain, "abandoned")


def silent_sessions(event: "Event", limit: str) -> "list[str]":
    """Return the sessions with chains that are open still, though nothing was heard of them since a time."""
    rows = event.db.rows(
        "SELECT DISTINCT c.session_id FROM claudesess_chains c JOIN error_log e ON e.id = c.error_id"
        " WHERE e.resolution IS NULL AND e.timestamp < ?",
        (limit,),
    )
    heard = "SELECT max(timestamp) FROM hook_events WHERE session_id = ?"
    return [session for (session,) in rows if (event.db.value(heard, (session,)) or "") < limit]
