"""Which open chain a failed try belongs to, and which chains a success reaches. Loaded where chains are open."""

from claudesess_collector import vocabulary
from claudesess_collector.aims import is_of_a_page
from claudesess_collector.chain_targets import (
    base_names,
    cover,
    marks,
    mentions_any,
    names_all,
    names_any,
    names_files,
    paths,
    read_either_way,
)
from claudesess_collector.chain_ways import PART_SHARED, SOON, is_asked_of_the_client, is_done_otherwise, is_fetched
from claudesess_collector.chains import (
    A_LOOK,
    ARGUMENTS,
    LACKING,
    Chain,
    is_done_since,
    is_next,
    message,
    n_done_since,
)
from claudesess_collector.command_programs import TASK_RUNNERS
from claudesess_collector.command_targets import ALL_TESTS
from claudesess_collector.part import is_unknown, verb_of
from claudesess_collector.payload import short_hash
from claudesess_collector.system import last_name
from claudesess_collector.vocabulary import CHECK, PROBE, RUN, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Optional

    from claudesess_collector.event import Event
    from claudesess_collector.part import Part

# How many words are shared at least where a command is one that failed, told otherwise.
_WORDS_SHARED = 4
_WORDS_OF_CODE = 10  # of code of one line: what is imported and printed is the same in much of it
_PART_REPHRASED = 0.55  # of the words of a long command that failed, where it is told anew at once
_WORDS_SPELLED, _PART_SPELLED = 2, 1 / 2  # words shared, and of all, where one is a command that could not be read
_PART_OF_A_COMMIT = 1 / 2  # of all words, where a commit is the one that was refused
_PURPOSE_SHARED, _PART_OF_PURPOSE = 2, 0.8  # of what two commands are for: words, and of all of these
_BUILD_OWN = ("cargo ", "go ", "dotnet ")  # start a program of the project
_STARTS_CHECKS = {*TASK_RUNNERS, "next"}  # programs that start another's check
_LIST = ("ls", "find", "stat", "wc", "du", "file", "Glob", "LS")  # look for a file, and not into it
_TOO_LARGE = "exceeds maximum allowed"
_END_A_MERGE = ("git commit", "git merge", "git rebase", "git cherry-pick")
_MERGES = (["git merge"], ["git rebase"], ["git cherry-pick"], ["git pull"])
# Steps of git that are of some files; the others are of all.
_CONCERN_FILES = (*vocabulary.TAKE_PATHS, "git checkout", "git show", "git worktree add")


def of_failure(event: "Event", chains: "list[Chain]", part: "Part", category: str) -> "Optional[Chain]":
    """Return the open chain that a failed try belongs to, None where it begins one."""
    same = [chain for chain in reversed(chains) if _is_same(event, chain, part, category)]
    same += [chain for chain in reversed(chains) if chain.is_of_turn(event) and _is_what_lacked(event, chain, part)]
    if not same and event.call.is_shell and part.kind in (RUN, PROBE):
        same = repeated(event, chains)
    same = same or for_the_same(event, chains)
    for chain in same:
        if chain.spec.targets == sorted(part.targets):
            return chain
    return same[0] if same else None


def repeated(event: "Event", chains: "list[Chain]") -> "list[Chain]":
    """Return the chain whose last try a call repeats in mostly the same words, in the same turn, if there is one.

    It is told otherwise, since that is what it failed at. A check is known better by what it checks; of what agents are
    told only what none of them was there for is told again.
    """
    tried = [(_nearness(event, chain), chain) for chain in chains if _may_be_repeated(event, chain)]
    near = [found for found in tried if found[0] > PART_SHARED]
    if not near:
        return [chain for chain in reversed(chains) if _is_told_anew(event, chain)][:1]
    return [max(near, key=lambda found: found[0])[1]]


def _is_told_anew(event: "Event", chain: Chain) -> bool:
    return _is_rephrased(event, chain) or _is_readable_now(event, chain)


def _is_rephrased(event: "Event", chain: Chain) -> bool:
    """Say whether a long command that failed is told anew at once: most of its words, whatever program takes them."""
    if chain.spec.kind not in (RUN, PROBE) or not chain.is_of_turn(event) or not event.call.is_shell:
        return False
    n_shared = _n_shared(event, chain)
    is_most = n_shared >= _WORDS_OF_CODE and n_shared >= _PART_REPHRASED * len(set(chain.spec.sketch))
    return is_most and n_done_since(event, chain) <= SOON


def _is_readable_now(event: "Event", chain: Chain) -> bool:
    """Say whether the very next command has half the words of one that the shell could not read."""
    if not chain.is_of_turn(event) or not event.call.is_shell or chain.is_check:
        return False
    if _n_shared(event, chain) < _WORDS_SPELLED or _part_shared(event, chain) < _PART_SPELLED:
        return False
    from claudesess_collector import output_not_run

    printed = vocabulary.output_of(message(event, chain))
    return (output_not_run.is_unread(printed) or "bad substitution" in printed) and is_next(event, chain)


def for_the_same(event: "Event", chains: "list[Chain]") -> "list[Chain]":
    """Return the chain whose last try a command is for the same as, by the words that say what it is for, in that turn.

    A check is known better by what it checks, and so is a program that was told what to work with.
    """
    return [chain for chain in reversed(chains) if chain.is_of_turn(event) and _is_for_the_same(event, chain)][:1]


def _is_for_the_same(event: "Event", chain: Chain) -> bool:
    """Say whether a command is described in the words of a chain's last try, and works with nothing else."""
    call, tried, again = event.call, set(chain.spec.purpose), set(event.call.purpose)
    shared = len(tried & again)
    if (
        chain.is_check
        or chain.spec.is_gate
        or shared < _PURPOSE_SHARED
        or shared < _PART_OF_PURPOSE * len(tried | again)
    ):
        return False
    if any(part.kind == CHECK or part.skips_hooks for part in call.parts):
        return False
    if event.tool in vocabulary.AGENT_TOOLS:  # told again, it is for another kind of agent where that was lacking
        return chain.spec.astray == LACKING
    if chain.spec.sketch and set(chain.spec.sketch) == set(call.sketch):  # in quotes now
        return True
    if chain.spec.kind == RUN and call.main.families == ["look"]:  # at what was to be done
        return False
    return not any(_works_with_another(chain, part) for part in call.parts)


def _works_with_another(chain: Chain, part: "Part") -> bool:
    """Say whether the program that was tried is to do the same with something else."""
    is_another = bool(part.targets) and set(chain.spec.targets).isdisjoint(part.targets)
    is_it_told = part.families[0] != "script" and bool(chain.spec.targets)
    return is_it_told and is_another and _shares_family(chain, part, None)


def _may_be_repeated(event: "Event", chain: Chain) -> bool:
    """Say whether a call may be a chain's last try told otherwise: no check, and not the same program once more."""
    if chain.spec.kind not in (RUN, PROBE) or not chain.is_of_turn(event):
        return False
    if not event.call.is_shell:
        return chain.spec.astray == LACKING
    if chain.spec.kind == RUN and event.call.main.kind == PROBE:  # it looks at what was to be done
        return False
    programs = {family.partition(" ")[0] for family in chain.spec.families} - {"shell"}
    # The same program is known better by what it works with, but for code of one line: it is all that there is of it.
    return all(part.families[0].partition(" ")[0] not in programs or _is_code(chain, part) for part in event.call.parts)


def _is_code(chain: Chain, part: "Part") -> bool:
    """Say whether it is code of one line for the interpreter that failed at some."""
    return part.families[0].endswith(" -c") and part.families[0] in chain.spec.families


def _nearness(event: "Event", chain: Chain) -> float:
    """Return which part of the words of a chain's last try and of a call they share, 0 where these are too few."""
    fewest = _WORDS_OF_CODE if any(_is_code(chain, part) for part in event.call.parts) else _WORDS_SHARED
    return _part_shared(event, chain) if _n_shared(event, chain) >= fewest else 0.0


def _n_shared(event: "Event", chain: Chain) -> int:
    return len(set(chain.spec.sketch).intersection(event.call.sketch))


def _part_shared(event: "Event", chain: Chain) -> float:
    n_words = max(len(set(chain.spec.sketch)), len(set(event.call.sketch)))
    return _n_shared(event, chain) / n_words if n_words else 0.0


def _is_same(event: "Event", chain: Chain, part: "Part", category: str) -> bool:
    """Say whether a failed try is one more of a chain's aim."""
    is_of_turn = chain.is_of_turn(event)
    if chain.is_probe and not is_of_turn:  # what it asked is answered
        return False
    if is_of_turn and (
        _is_told_otherwise(event, chain, part)
        or _is_asked_anew(event, chain, part)
        or is_done_otherwise(event, chain, part)
        or _has_no_repository(event, chain, part)
        or _shows_what_failed(chain, part)
    ):
        return True
    if _is_of_other_work(event, chain, part):
        return False
    if not _shares_family(chain, part, category):
        return _is_behind_the_same(event, chain, part, category)
    if part.kind != CHECK and not chain.is_check:
        return _shares(chain.spec.targets, part.targets, part)
    return _fails_at_the_same(event, chain, part)


def _is_behind_the_same(event: "Event", chain: Chain, part: "Part", category: str) -> bool:
    """Say whether a task runner, or a gate, that failed had started what fails now by another program's name."""
    if part.kind != CHECK or category != chain.spec.category:
        return part.families == ["script"] and _is_echoed(event, chain, part)
    if chain.is_of_turn(event) and _is_hidden_behind(chain, part):
        return True
    is_gates = chain.spec.is_gate and verb_of(part.families[0]) in chain.spec.checks
    return is_gates or _is_behind(event, chain, part)


def _fails_at_the_same(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a check of the chain's family fails at what failed before, told by its targets and its cases."""
    tried, targets = chain.spec.targets, part.targets
    if chain.spec.cases and part.cases:  # some cases each
        return _is_near(tried, targets) and _is_any_akin(chain, part)
    if not tried or not targets or set(tried) == set(targets):
        return True
    if chain.spec.is_whole and part.is_whole:  # another folder's whole: another project's, mostly
        return mentions_any(event.failure, tried) and names_any(message(event, chain), targets)
    if cover(targets, tried):  # more of the same: while what failed before still fails
        return mentions_any(event.failure, tried) or not event.failure.paths()
    if cover(tried, targets):  # less of the same
        if chain.spec.astray is None and event.failure.is_astray(part):  # there is nothing of that name
            return False
        failure = message(event, chain)
        return names_any(failure, targets) or not names_files(failure)
    return False


def _is_near(tried: "list[str]", targets: "list[str]") -> bool:
    """Say whether one run's paths lie within the other's."""
    before, now = paths(tried), paths(targets)
    return cover(before, now) or cover(now, before)


def of_success(event: "Event", chains: "list[Chain]", parts: "Iterable[Part]") -> "list[Chain]":
    """Return the chains that parts which succeeded close."""
    passed = list(parts)
    found = [
        chain
        for chain in chains
        if _may_be_reached(event, chain) and any(_is_reached(event, chain, part) for part in passed)
    ]
    for gate in [chain for chain in found if chain.spec.is_gate]:
        named = set(gate.spec.checks)  # the gate ran them: they passed, too
        found += [
            chain
            for chain in chains
            if chain.is_check
            and not chain.spec.is_gate
            and chain not in found
            and named.intersection(map(verb_of, chain.spec.families))
        ]
    return found


def _may_be_reached(event: "Event", chain: Chain) -> bool:
    """Say whether success may still be its own: a look is over with its answer, and with its turn.

    But for one that the user was asked about, until the next turn ends.
    """
    if not chain.is_probe:
        return True
    if chain.n_prompts > 1 or (chain.n_prompts and _resolution(event, chain) != "escalated_user"):
        return False
    return not _was_answered(event, chain)


def _resolution(event: "Event", chain: Chain) -> "Optional[str]":
    resolution: "Optional[str]" = event.db.value("SELECT resolution FROM error_log WHERE id = ?", (chain.error_id,))
    return resolution


def gone_round(event: "Event", chains: "list[Chain]", parts: "Iterable[Part]") -> "list[Chain]":
    """Return the chains of hooks before a commit or a push that was made without them: none of them passed."""
    done = {part.families[0] for part in parts if part.skips_hooks}
    return [chain for chain in chains if not done.isdisjoint(chain.spec.families) and _is_of_hooks(event, chain)]


def _is_of_hooks(event: "Event", chain: Chain) -> bool:
    """Say whether what ran before a commit or a push failed, and not git; a hook that could not run checked nothing."""
    output = vocabulary.output_of(message(event, chain)).lower()
    if not chain.is_check and any(word in output for word in ("no such file", "command not found", ": not found")):
        return False
    return chain.is_check or any(word in output for word in ("hook", "husky", "pre-commit", "pre-push", "commit-msg"))


def _is_reached(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a part that succeeded reached a chain's aim."""
    if _is_of_other_work(event, chain, part):
        return False
    if _is_what_lacked(event, chain, part) or _is_asked_anew(event, chain, part) or _was_shown_by(event, chain, part):
        return True
    if chain.is_of_turn(event) and is_done_otherwise(event, chain, part):
        return True
    if chain.is_probe and part.kind == PROBE and _finds_none(event):
        return False
    by_git = _is_reached_by_git(event, chain, part)
    if by_git is not None:
        return by_git
    if chain.spec.families == ["WebFetch"] and chain.is_of_turn(event) and is_fetched(event, chain, part):
        return True
    if chain.is_probe and chain.is_of_turn(event) and is_asked_of_the_client(event, chain, part):
        return True
    if chain.is_check and _leaves_out_what_failed(chain, part) and not _is_the_very_same(event, chain):
        return False
    if chain.is_probe and part.kind == PROBE and chain.is_of_turn(event) and _is_answered(event, chain, part):
        return True
    if not _shares_family(chain, part, None) and not _builds(chain, part):
        return False
    if chain.spec.is_gate:
        return part.kind == VCS
    if part.kind != CHECK and not chain.is_check:
        return _is_run_well(event, chain, part)
    return _passes_over(event, chain, part)


def _finds_none(event: "Event") -> bool:
    """Say whether a search found nothing: it does not show what was not there."""
    if event.tool not in ("Glob", "Grep"):
        return False
    from claudesess_collector import on_calls

    return event.fact("finds_none", on_calls.finds_none) is True


def _is_reached_by_git(event: "Event", chain: Chain, part: "Part") -> "Optional[bool]":
    """Say whether git did, or went round, what the chain is of; None where other rules decide."""
    family, tried = part.families[0], chain.spec.families[:1]
    if part.skips_hooks and family in chain.spec.families and _is_of_hooks(event, chain):
        return False
    if family in _END_A_MERGE and tried in _MERGES:
        return family != "git commit" or _is_begun(message(event, chain))
    if family == "git commit" and tried == ["git add"] and chain.is_of_turn(event):
        return True  # what was to be added is committed, or was found not to matter
    return None


def _is_run_well(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether what is no check now did what the chain's tries were after."""
    if _is_only_listed(event, chain, part):
        return False
    families = chain.spec.families
    if part.families == ["script"] and not read_either_way(chain.spec.targets).isdisjoint(
        read_either_way(part.targets)
    ):
        return True
    is_runner_of_it = not part.targets and len(families) > 1 and families[0] == part.families[0]
    # The targets of a runner of it are another's.
    return is_runner_of_it or _shares(chain.spec.targets, part.targets, part)


def _passes_over(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a check that passed ran all that failed, told by its targets and its cases."""
    tried, targets = chain.spec.targets, part.targets
    if chain.spec.cases and part.cases:
        return _is_near(tried, targets) and _reaches_cases(chain, part)
    if not tried or not targets or cover(targets, tried):
        return True
    if part.cases and not chain.spec.cases:
        if not (_names_packages(event, chain, part) or _are_all_cases(event, chain, part)):
            return False
        if cover(paths(targets), paths(tried)):
            return True
    narrower = paths(targets)
    is_part_of_it = cover(paths(tried), narrower) or not set(narrower).isdisjoint(tried)
    return is_part_of_it and names_all(message(event, chain), narrower, tried)


def _names_packages(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a run was told packages alone, and the message of what failed names one: `to rerun pass -p app`."""
    if not part.packages or len(part.cases) > len(part.packages):
        return False
    if not {package[:8] for package in part.packages}.isdisjoint(chain.spec.failed):
        return True
    named = "".join(char if char.isalnum() or char in "-_" else " " for char in message(event, chain)).split()
    return not set(part.packages).isdisjoint(map(short_hash, set(named)))


def _is_answered(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a look answers one that failed: it is for much of the same, or lists where it was sought."""
    from claudesess_collector import looks

    if _is_only_listed(event, chain, part) or is_done_since(event, chain, [A_LOOK]):  # it was there, or was made since
        return False
    failure = message(event, chain)
    tried, printed = vocabulary.tried_of(failure) or "", vocabulary.output_of(failure)
    return (part.families == ["look"] and _seeks(event, chain)) or looks.lists_where(event.call, part, tried, printed)


def _was_answered(event: "Event", chain: Chain) -> bool:
    """Say whether a look that failed had shown some of what it was for; to look once more in the same words is more."""
    from claudesess_collector import looks

    return looks.shows_some(message(event, chain)) and not _is_the_very_same(event, chain)


def _seeks(event: "Event", chain: Chain) -> bool:
    """Say whether a look through files is for much of what one that failed was for."""
    from claudesess_collector import looks

    return chain.spec.families[:1] == ["look"] and looks.is_for_the_same(
        looks.left_to_find(message(event, chain)), event.call.tried
    )


def _seeks_any(event: "Event", chain: Chain) -> bool:
    """Say whether a look is for anything that one that failed was for."""
    from claudesess_collector import looks

    return looks.is_for_any(vocabulary.tried_of(message(event, chain)) or "", event.call.tried)


def _is_only_listed(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a part looks for what was there, and too large to be read."""
    return part.program in _LIST and _TOO_LARGE in message(event, chain)


def _is_of_other_work(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a commit, in other words, is of other work than one was that git refused and nobody spoke of.

    So it is of any other where there was nothing to commit.
    """
    is_commit = chain.spec.kind == VCS and part.families[:1] == chain.spec.families[:1] == ["git commit"]
    if not is_commit:
        return False
    if "nothing to commit" in message(event, chain):
        return _part_shared(event, chain) < _PART_OF_A_COMMIT
    is_left = not chain.is_of_turn(event) and _resolution(event, chain) == "abandoned"
    return is_left and _nearness(event, chain) < _PART_OF_A_COMMIT


def _shows_what_failed(chain: Chain, part: "Part") -> bool:
    """Say whether a task runner shows which check of it failed, where it did not before: behind a pipe."""
    is_the_same = part.via is not None and chain.spec.via is None and part.via in chain.spec.families
    return is_the_same and set(chain.spec.targets) == set(part.targets)


_NO_REPOSITORY = "not a git repository"


def _has_no_repository(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether git is asked again, whatever for, where there is no repository."""
    is_git = part.program == "git" and chain.spec.families[0].startswith("git ")
    return is_git and _NO_REPOSITORY in event.failure.message and _NO_REPOSITORY in message(event, chain)


_BEGUN = ("CONFLICT", "Automatic merge", "could not apply", "now empty", "unmerged", "MERGE_HEAD", "--continue")


def _is_begun(message: str) -> bool:
    """Say whether git began what it could not end: a commit ends it. What it refused to begin is not reached by one."""
    return any(word in message for word in _BEGUN)


def _is_asked_anew(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a tool whose arguments were refused is asked again at once, with others.

    Of a look any look of that program answers it: `git status --cached` meant `git diff --cached`. A look through
    files is of many things, so that of the next few those are for it that look for some of the same.
    """
    if not chain.is_of_turn(event) or chain.spec.astray != ARGUMENTS:
        return False
    tried = chain.spec.families
    if tried == part.families and is_of_a_page(part.program):  # what is there to be clicked is many things
        is_alike = not set(chain.spec.purpose).isdisjoint(event.call.purpose)
        return is_alike and n_done_since(event, chain) <= SOON
    is_look = chain.is_probe or tried in (["git status"], ["gh pr checks"])
    if tried == ["look"] and (n_done_since(event, chain) > SOON or not _seeks_any(event, chain)):
        return False
    return tried == part.families or (is_look and part.is_look and tried[0].partition(" ")[0] == part.program)


def _is_what_lacked(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a part is what was to run when it was not there: the same script or check, also by a task runner."""
    if chain.spec.astray is None or (chain.spec.cases and part.cases and not _is_any_akin(chain, part)):
        return False
    if part.kind == CHECK and part.families != ["script"]:
        ways = filter(None, (*chain.spec.families, *part.families, chain.spec.via))
        runs = {family.partition(" ")[0] for family in ways}
        if part.category != chain.spec.astray or (len(runs) > 1 and runs.isdisjoint(_STARTS_CHECKS)):
            return False
        tried, targets = chain.spec.targets, part.targets
        if not tried or not targets or cover(targets, tried) or cover(tried, targets):
            return True
        from claudesess_collector.output_not_run import refuses_options

        return not refuses_options(message(event, chain))  # what it did not understand was no target
    if part.families == ["go run"]:
        return "go run" in chain.spec.families
    return part.families == ["script"] and _is_same_script(chain, part)


def _is_told_otherwise(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a script is told by another path, or its runner a task that it does not have."""
    families = chain.spec.families
    if part.families == ["script"]:
        return _is_same_script(chain, part)
    runner = part.families[0].partition(" ")[0]
    is_same_runner = runner in TASK_RUNNERS and any(family.partition(" ")[0] == runner for family in families)
    return is_same_runner and part.families[0] not in families and bool(event.failure.is_astray(part))


def _is_same_script(chain: Chain, part: "Part") -> bool:
    """Say whether it is the script that was tried, told by whatever path, and to do the same."""
    tried = chain.spec.targets
    return (
        "script" in chain.spec.families
        and not base_names(tried).isdisjoint(base_names(part.targets))
        and marks(part.targets) == marks(tried)
    )


def _is_behind(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a check by itself is what failed behind a task runner."""
    if not any(family.partition(" ")[0] in TASK_RUNNERS for family in chain.spec.families):
        return False
    from claudesess_collector.output_verdict import judge

    output = message(event, chain)
    return judge(output, part.runner) is False and (part.is_whole or names_any(output, part.targets))


def _is_the_very_same(event: "Event", chain: Chain) -> bool:
    """Say whether a command is the one that failed last."""
    return len(chain.spec.sketch) > 0 and chain.spec.sketch == event.call.sketch


def _was_shown_by(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a check by itself, which was to show what its task runner did not, is run once more."""
    is_of_both = len(chain.spec.families) > 1 and chain.spec.families[0].partition(" ")[0] in TASK_RUNNERS
    is_it = chain.is_check and not chain.spec.is_gate and part.families[0] in chain.spec.families[1:]
    return is_of_both and is_it and _is_the_very_same(event, chain)


def _is_hidden_behind(chain: Chain, part: "Part") -> bool:
    """Say whether a task runner said that a check there failed, and showed nothing of it: another is to show it."""
    return chain.spec.is_silent and cover(paths(chain.spec.targets), paths(part.targets))


def _is_echoed(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a task runner that failed shows that it ran the script."""
    if not any(family.partition(" ")[0] in TASK_RUNNERS for family in chain.spec.families):
        return False
    echoes = [line for line in message(event, chain).split("\n")[1:] if line.lstrip().startswith(("> ", "$ "))]
    return any(last_name(target) in line.split() for target in part.targets for line in echoes)


def _is_any_akin(chain: Chain, part: "Part") -> bool:
    """Say whether a run takes a case that is akin to one of the chain's."""
    return any(_is_akin(one, other) for one in chain.spec.cases for other in part.cases)


def _is_akin(one: "list[str]", other: "list[str]") -> bool:
    """Say whether two cases share at least half of their words."""
    shared = len(set(one) & set(other))
    return shared > 0 and 2 * shared >= min(len(one), len(other))


def _reaches_cases(chain: Chain, part: "Part") -> bool:
    """Say whether a run covers the cases of a chain: those or wider ones, or such of them as the failure names."""
    named = set(chain.spec.names)
    for case in part.cases:
        for tried in chain.spec.cases:
            further = {word[:8] for word in case} - {word[:8] for word in tried}
            if not further or (_is_akin(case, tried) and further <= named):
                return True
    return False


_STOPPED_AT_FIRST = ("stopping after ", "Bail out!", "Bailed out")


def _are_all_cases(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether the cases that a run was told are all that failed in one that was told none, and went to its end."""
    if any(map(message(event, chain).__contains__, _STOPPED_AT_FIRST)):
        return False
    from claudesess_collector.command_targets import words_of_cases
    from claudesess_collector.output_findings import failed_cases

    asked = [{word[:8] for word in case} for case in part.cases]
    failed = [
        {word[:8] for word in words} for case in failed_cases(message(event, chain)) for words in words_of_cases(case)
    ]
    if failed:
        return all(any(case <= words for case in asked) for words in failed)
    return any(case & set(chain.spec.names) for case in asked)


def _leaves_out_what_failed(chain: Chain, part: "Part") -> bool:
    """Say whether a run was told to leave out what failed before."""
    if ALL_TESTS in part.left_out:
        return chain.spec.category == "test"
    failed = set(chain.spec.failed)
    return any(failed.issuperset(word[:8] for word in case) for case in part.left_out)


def _builds(chain: Chain, part: "Part") -> bool:
    """Say whether a check compiles first what was to be built."""
    program = part.families[0].partition(" ")[0]
    is_check = part.kind == CHECK and program in ("go", "cargo") and not part.families[0].endswith(" fmt")
    return is_check and not {f"{program} build", f"{program} check"}.isdisjoint(chain.spec.families)


def _shares_family(chain: Chain, part: "Part", category: "Optional[str]") -> bool:
    """Say whether a part does what the chain's tries did, also behind their task runner; of any category for None."""
    if not set(chain.spec.families).isdisjoint(part.families):
        return True
    if chain.is_check and part.kind == CHECK and any(_is_told_the_same(one, part) for one in chain.spec.families):
        return category is None or category == chain.spec.category
    if "look" in chain.spec.families and chain.is_probe and part.kind == PROBE:
        return part.families[0].endswith(" -c")  # code of one line looks into the file, too
    via = chain.spec.via
    if via is not None and via in part.families:
        return category is None or category == chain.spec.category
    return False


def _is_told_the_same(family: str, part: "Part") -> bool:
    """Say whether one of two checks is the project's own program, told what the other one is told: `cargo test`.

    To build is no one thing: what two programs build are two.
    """
    both = (family, part.families[0])
    if part.category == "build" or not all(" " in name for name in both):
        return False
    is_own = any(is_unknown(name) or (name.count(" ") > 1 and name.startswith(_BUILD_OWN)) for name in both)
    return is_own and verb_of(family) == verb_of(part.families[0])


def _shares(tried: "list[str]", targets: "list[str]", part: "Part") -> bool:
    """Say whether tries that are no checks are after the same: what they work with is shared."""
    if part.kind == VCS and part.families[0] not in _CONCERN_FILES:
        return True
    if part.families == ["look"] or part.families[0].endswith(" -c"):
        return not set(tried).isdisjoint([*targets, *part.shown])
    if not tried and not targets:
        return True
    if part.families[0] in vocabulary.TAKE_PATHS:  # the same file, told by another path
        return not {last_name(target) for target in tried}.isdisjoint(map(last_name, targets))
    return not set(tried).isdisjoint(targets)
