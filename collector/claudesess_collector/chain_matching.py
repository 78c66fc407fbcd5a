"""Which open chain a failed try belongs to, and which chains a success reaches. Loaded where chains are open."""

from claudesess_collector import vocabulary
from claudesess_collector.aims import LONG, is_of_a_page
from claudesess_collector.chains import A_LOOK, ARGUMENTS, LACKING, Chain, is_done_since, is_next, message, n_done_since
from claudesess_collector.command_parts import ALL_TESTS
from claudesess_collector.command_programs import TASK_RUNNERS
from claudesess_collector.command_split import words_of_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Optional

    from claudesess_collector.command_parts import Part
    from claudesess_collector.event import Event
    from claudesess_collector.on_failures import Failure

_SHARED, _NEAR = 4, 2 / 3  # words that a command and one that failed share, and of all, where it is that one, repeated
_ALIKE = 1 / 2  # of all words, where a commit is the one that was refused
_SHARED_PURPOSE, _OF_PURPOSE = 2, 0.8  # words of what two commands are for, and of all of these
_AT_ONCE = 3  # calls before what may be done of many things is done otherwise
_SHARED_BY_CODE = 10  # what is imported and printed is the same in much code
_STARTS_CHECKS = {*TASK_RUNNERS, "next"}  # programs that start another's check
_LIST = ("ls", "find", "stat", "wc", "du", "file", "Glob", "LS")  # look for a file, and not into it
_END_PROCESSES = frozenset(("kill", "pkill", "killall", "taskkill", "Stop-Process"))
_TOO_LARGE = "exceeds maximum allowed"


def of_failure(event: "Event", chains: "list[Chain]", part: "Part", category: str) -> "Optional[Chain]":
    """Return the open chain that a failed try belongs to, None where it begins one."""
    same = [chain for chain in reversed(chains) if _is_same(event, chain, part, category)]
    same += [chain for chain in reversed(chains) if _is_now(event, chain) and _is_sought(event, chain, part)]
    if not same and event.call.is_shell and part.kind in ("run", "probe"):
        same = repeated(event, chains)
    same = same or for_the_same(event, chains)
    for chain in same:
        if chain.spec.targets == sorted(part.targets):
            return chain
    return same[0] if same else None


def _is_now(event: "Event", chain: Chain) -> bool:
    """Say whether a chain was tried last in this turn, by the same agent."""
    return chain.agent_id == event.agent_id and not chain.n_prompts


def repeated(event: "Event", chains: "list[Chain]") -> "list[Chain]":
    """Return the chain whose last try a call repeats in mostly the same words, in the same turn, if there is one.

    It is told otherwise, since that is what it failed at. A check is known better by what it checks; of what agents are
    told only what none of them was there for is told again.
    """
    near = [(_nearness(event, chain), chain) for chain in chains if _may_be_repeated(event, chain)]
    best = max(near, key=lambda found: found[0], default=(0.0, None))
    return [best[1]] if best[1] is not None and best[0] > _NEAR else []


def for_the_same(event: "Event", chains: "list[Chain]") -> "list[Chain]":
    """Return the chain whose last try a command is for the same as, by the words that say what it is for, in that turn.

    A check is known better by what it checks, and so is a program that was told what to work with.
    """
    return [chain for chain in reversed(chains) if _is_now(event, chain) and _is_for_the_same(event, chain)][:1]


def _is_for_the_same(event: "Event", chain: Chain) -> bool:
    call, tried, again = event.call, set(chain.spec.purpose), set(event.call.purpose)
    shared = len(tried & again)
    if chain.is_check or chain.spec.is_gate or shared < _SHARED_PURPOSE or shared < _OF_PURPOSE * len(tried | again):
        return False
    if any(part.kind == "check" or part.skips_hooks for part in call.parts):
        return False
    if chain.spec.sketch and set(chain.spec.sketch) == set(call.sketch):  # in quotes now
        return True
    if chain.spec.kind == "run" and call.main.families == ["look"]:  # at what was to be done
        return False
    return not any(_works_with_another(chain, part) for part in call.parts)


def _works_with_another(chain: Chain, part: "Part") -> bool:
    """Say whether the program that was tried is to do the same with something else."""
    is_another = bool(part.targets) and set(chain.spec.targets).isdisjoint(part.targets)
    is_it_told = part.families[0] != "script" and bool(chain.spec.targets)
    return is_it_told and is_another and _shares_family(chain, part, None)


def _may_be_repeated(event: "Event", chain: Chain) -> bool:
    if chain.spec.kind not in ("run", "probe") or not _is_now(event, chain):
        return False
    if not event.call.is_shell:
        return chain.spec.astray == LACKING
    if chain.spec.kind == "run" and event.call.main.kind == "probe":  # it looks at what was to be done
        return False
    programs = {family.partition(" ")[0] for family in chain.spec.families} - {"shell"}
    # The same program is known better by what it works with, but for code of one line: it is all that there is of it.
    return all(part.families[0].partition(" ")[0] not in programs or _is_code(chain, part) for part in event.call.parts)


def _is_code(chain: Chain, part: "Part") -> bool:
    """Say whether it is code of one line for the interpreter that failed at some."""
    return part.families[0].endswith(" -c") and part.families[0] in chain.spec.families


def _nearness(event: "Event", chain: Chain) -> float:
    """Return which part of the words of a chain's last try and of a call they share, 0 where these are too few."""
    tried, again = set(chain.spec.sketch), set(event.call.sketch)
    n_shared = len(tried & again)
    fewest = _SHARED_BY_CODE if any(_is_code(chain, part) for part in event.call.parts) else _SHARED
    return n_shared / max(len(tried), len(again)) if n_shared >= fewest else 0.0


def _is_same(event: "Event", chain: Chain, part: "Part", category: str) -> bool:
    is_now = _is_now(event, chain)
    if chain.is_probe and not is_now:  # what it asked is answered
        return False
    if is_now and (
        _is_told_otherwise(event, chain, part)
        or _is_asked_anew(event, chain, part)
        or _is_rewritten(event, chain, part)
        or _is_added_otherwise(chain, part)
        or _has_no_repository(event, chain, part)
        or _shows_what_failed(chain, part)
        or _ends_processes(event, chain, part)
        or _is_asked_otherwise(event, chain, part)
    ):
        return True
    if _is_of_other_work(event, chain, part):
        return False
    if not _shares_family(chain, part, category):
        if part.kind == "check" and category == chain.spec.category:
            named = part.families[0].rsplit(" ", 1)[-1]
            if is_now and _is_hidden_behind(chain, part):
                return True
            return (chain.spec.is_gate and named in chain.spec.checks) or _is_behind(event, chain, part)
        return part.families == ["script"] and _is_echoed(event, chain, part)
    tried, targets = chain.spec.targets, part.targets
    if part.kind != "check" and not chain.is_check:
        return _shares(tried, targets, part)
    if chain.spec.cases and part.cases:  # some cases each
        tried, targets = _paths(tried), _paths(targets)
        is_near = _cover(tried, targets) or _cover(targets, tried)
        return is_near and _is_any_akin(chain, part)
    if not tried or not targets or set(tried) == set(targets):
        return True
    if chain.spec.is_whole and part.is_whole:  # another folder's whole: another project's, mostly
        return _mentions_any(event.failure, tried) and _names_any(message(event, chain), targets)
    if _cover(targets, tried):  # more of the same: while what failed before still fails
        return _mentions_any(event.failure, tried) or not event.failure.paths()
    if _cover(tried, targets):  # less of the same
        if chain.spec.astray is None and event.failure.is_astray(part):  # there is nothing of that name
            return False
        failure = message(event, chain)
        return _names_any(failure, targets) or not _names_files(failure)
    return False


def of_success(event: "Event", chains: "list[Chain]", parts: "Iterable[Part]") -> "list[Chain]":
    """Return the chains that parts which succeeded close."""
    passed = list(parts)
    found = [
        chain
        for chain in chains
        if not (chain.is_probe and chain.n_prompts) and any(_is_reached(event, chain, part) for part in passed)
    ]
    keys = {chain.key for chain in found}
    for gate in [chain for chain in found if chain.spec.is_gate]:
        named = set(gate.spec.checks)
        for chain in chains:
            if chain.key not in keys and chain.is_check and not chain.spec.is_gate:
                families = {family.rsplit(" ", 1)[-1] for family in chain.spec.families}
                if families & named:
                    keys.add(chain.key)
                    found.append(chain)
    return found


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
    family = part.families[0]
    if _is_of_other_work(event, chain, part):
        return False
    if _is_sought(event, chain, part) or _is_asked_anew(event, chain, part) or _was_shown_by(event, chain, part):
        return True
    if _is_now(event, chain) and (
        _is_rewritten(event, chain, part)
        or _is_added_otherwise(chain, part)
        or _ends_processes(event, chain, part)
        or _is_asked_otherwise(event, chain, part)
    ):
        return True
    if part.skips_hooks and family in chain.spec.families and _is_of_hooks(event, chain):
        return False
    if family in ("git commit", "git merge", "git rebase", "git cherry-pick") and chain.spec.families[:1] in (
        ["git merge"], ["git rebase"], ["git cherry-pick"], ["git pull"],
    ):  # fmt: skip
        return family != "git commit" or _is_begun(message(event, chain))
    if family == "git commit" and chain.spec.families[:1] == ["git add"] and _is_now(event, chain):
        return True  # what was to be added is committed, or was found not to matter
    if chain.is_check and _leaves_out_what_failed(chain, part) and not _is_the_very_same(event, chain):
        return False
    if chain.is_probe and part.kind == "probe" and _is_now(event, chain) and _is_answered(event, chain, part):
        return True
    if not _shares_family(chain, part, None) and not _builds(chain, part):
        return False
    if chain.spec.is_gate:
        return part.kind == "vcs"
    tried, targets = chain.spec.targets, part.targets
    if part.kind != "check" and not chain.is_check:
        if _is_only_listed(event, chain, part):
            return False
        families = chain.spec.families
        is_runner_of_it = not targets and len(families) > 1 and families[0] == family  # the targets are another's
        return is_runner_of_it or _shares(tried, targets, part)
    if chain.spec.cases and part.cases:
        tried, targets = _paths(tried), _paths(targets)
        is_near = _cover(targets, tried) or _cover(tried, targets)
        return is_near and _reaches_cases(chain, part)
    if not tried or not targets or _cover(targets, tried):
        return True
    if part.cases and not chain.spec.cases:
        if not _are_all_cases(event, chain, part):
            return False
        if _cover(_paths(targets), _paths(tried)):
            return True
    narrower = _paths(targets)
    is_part_of_it = _cover(_paths(tried), narrower) or not set(narrower).isdisjoint(tried)
    return is_part_of_it and _names_all(message(event, chain), narrower, tried)


def _is_answered(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a look answers one that failed: it is for much of the same, or lists where it was sought."""
    from claudesess_collector import looks

    if _is_only_listed(event, chain, part) or is_done_since(event, chain, [A_LOOK]):  # it was there, or was made since
        return False
    failure = message(event, chain)
    tried, printed = vocabulary.tried_of(failure) or "", vocabulary.output_of(failure)
    return (part.families == ["look"] and _seeks(event, chain)) or looks.lists_where(event.call, part, tried, printed)


def _seeks(event: "Event", chain: Chain) -> bool:
    """Say whether a look through files is for much of what one that failed was for."""
    from claudesess_collector import looks

    tried = vocabulary.tried_of(message(event, chain)) or ""
    return chain.spec.families[:1] == ["look"] and looks.is_for_the_same(tried, event.call.tried)


def _is_only_listed(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a part looks for what was there, and too large to be read."""
    return part.program in _LIST and _TOO_LARGE in message(event, chain)


def _is_of_other_work(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a commit, in other words, is of other work than one was that git refused and nobody spoke of."""
    is_commit = chain.spec.kind == "vcs" and part.families[:1] == chain.spec.families[:1] == ["git commit"]
    if not is_commit or _is_now(event, chain) or _nearness(event, chain) >= _ALIKE:
        return False
    resolution: "Optional[str]" = event.db.value("SELECT resolution FROM error_log WHERE id = ?", (chain.error_id,))
    return resolution == "abandoned"


def _is_added_otherwise(chain: Chain, part: "Part") -> bool:
    """Say whether all that there is was to be added, and now some files by their names, or the other way round."""
    tried, targets = chain.spec.targets, part.targets
    is_add = chain.spec.families[:1] == part.families[:1] == ["git add"]
    return is_add and (not tried or not targets or _cover(tried, targets) or _cover(targets, tried))


def _ends_processes(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether processes are ended in another way, at once."""
    tried, again = chain.spec.families[:1], part.families[:1]
    if _END_PROCESSES.isdisjoint(tried) or _END_PROCESSES.isdisjoint(again):
        return False
    is_another_way = tried != again or not set(chain.spec.targets).isdisjoint(part.targets)
    return is_another_way and n_done_since(event, chain) <= _AT_ONCE


def _is_asked_otherwise(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether the very next call asks a server's tool for the same, with an argument more or less."""
    if chain.spec.families != part.families or not part.program.startswith("mcp__"):
        return False
    tried, again = _by_name(chain.spec.sketch), _by_name(event.call.sketch)
    shared = tried.keys() & again.keys()
    others = [value for name in tried.keys() ^ again.keys() for value in (*tried.get(name, ()), *again.get(name, ()))]
    says_what = any(value[:1] not in ("!", "#") for name in shared for value in again[name])
    if not says_what or any(value[:1] == "!" for value in others):  # a switch makes it do something else
        return False
    return all(_is_alike(tried[name], again[name]) for name in shared) and is_next(event, chain)


def _is_alike(tried: "set[str]", again: "set[str]") -> bool:
    """Say whether a value is the same, or a long text that says much the same."""
    is_long = min(len(tried), len(again)) >= LONG
    return tried == again or (is_long and len(tried & again) >= _NEAR * min(len(tried), len(again)))


def _by_name(sketch: "list[str]") -> "dict[str, set[str]]":
    """Return what a server's tool is told, by the names of it."""
    found: "dict[str, set[str]]" = {}
    for word in sketch:
        name, _, value = word.partition("=")
        found.setdefault(name, set()).add(value)
    return found


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

    Of a look any look of that program answers it: `git status --cached` meant `git diff --cached`.
    """
    if not _is_now(event, chain) or chain.spec.astray != ARGUMENTS:
        return False
    tried = chain.spec.families
    if tried == part.families and is_of_a_page(part.program):  # what is there to be clicked is many things
        is_alike = not set(chain.spec.purpose).isdisjoint(event.call.purpose)
        return is_alike and n_done_since(event, chain) <= _AT_ONCE
    is_look = chain.is_probe or tried == ["git status"]
    return tried == part.families or (is_look and part.is_look and tried[0].partition(" ")[0] == part.program)


def _is_sought(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a part is what was to run when it was not there: the same script or check, also by a task runner."""
    if chain.spec.astray is None or (chain.spec.cases and part.cases and not _is_any_akin(chain, part)):
        return False
    if part.kind == "check" and part.families != ["script"]:
        ways = filter(None, (*chain.spec.families, *part.families, chain.spec.via))
        runs = {family.partition(" ")[0] for family in ways}
        if part.category != chain.spec.astray or (len(runs) > 1 and runs.isdisjoint(_STARTS_CHECKS)):
            return False
        tried, targets = chain.spec.targets, part.targets
        if not tried or not targets or _cover(targets, tried) or _cover(tried, targets):
            return True
        from claudesess_collector.output_findings import refuses_options

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
        and not _bases(tried).isdisjoint(_bases(part.targets))
        and _does(part.targets) == _does(tried)
    )


def _does(targets: "list[str]") -> "set[str]":
    return {target for target in targets if target.startswith("?")}


def _is_rewritten(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a script is the one that failed, written anew under a longer or a shorter name."""
    tried = chain.spec.targets
    if part.families != ["script"] or part.kind != "run" or chain.spec.families[:1] != ["script"]:
        return False
    new = [target for target in part.targets if "/" in target and target not in tried]
    near = [target for target in new if any(_is_named_after(_base(target), base) for base in _bases(tried))]
    written = (
        "SELECT 1 FROM file_claims WHERE session_id = ? AND file_path = ? AND timestamp >="
        " (SELECT timestamp FROM error_log WHERE id = ?) LIMIT 1"
    )
    return any(event.db.value(written, (event.session_id, target, chain.error_id)) for target in near)


def _is_named_after(name: str, other: str) -> bool:
    """Say whether one name has all words of another, two at least, and the same ending."""
    stem, _, ending = name.rpartition(".")
    words, others = words_of_name(stem), words_of_name(other.rpartition(".")[0])
    is_more = words >= others or words <= others
    return is_more and min(len(words), len(others)) > 1 and ending == other.rpartition(".")[2]


def _is_behind(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a check by itself is what failed behind a task runner."""
    if not any(family.partition(" ")[0] in TASK_RUNNERS for family in chain.spec.families):
        return False
    from claudesess_collector.output_verdict import judge

    output = message(event, chain)
    return judge(output, part.runner) is False and (part.is_whole or _names_any(output, part.targets))


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
    return chain.spec.is_silent and _cover(_paths(chain.spec.targets), _paths(part.targets))


def _is_echoed(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a task runner that failed shows that it ran the script."""
    if not any(family.partition(" ")[0] in TASK_RUNNERS for family in chain.spec.families):
        return False
    echoes = [line for line in message(event, chain).split("\n")[1:] if line.lstrip().startswith(("> ", "$ "))]
    return any(_base(target) in line.split() for target in part.targets for line in echoes)


def _is_any_akin(chain: Chain, part: "Part") -> bool:
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


def _are_all_cases(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether the cases that a run was told are all that failed in one that was told none."""
    from claudesess_collector.command_parts import words_of_cases
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


def _paths(targets: "list[str]") -> "list[str]":
    return [target for target in targets if not target.startswith("?")]


def _builds(chain: Chain, part: "Part") -> bool:
    """Say whether a check compiles first what was to be built."""
    program = part.families[0].partition(" ")[0]
    is_check = part.kind == "check" and program in ("go", "cargo") and not part.families[0].endswith(" fmt")
    return is_check and not {f"{program} build", f"{program} check"}.isdisjoint(chain.spec.families)


def _shares_family(chain: Chain, part: "Part", category: "Optional[str]") -> bool:
    if not set(chain.spec.families).isdisjoint(part.families):
        return True
    if "look" in chain.spec.families and chain.is_probe and part.kind == "probe":
        return part.families[0].endswith(" -c")  # code of one line looks into the file, too
    via = chain.spec.via
    if via is not None and via in part.families:
        return category is None or category == chain.spec.category
    return False


def _shares(tried: "list[str]", targets: "list[str]", part: "Part") -> bool:
    """Say whether tries that are no checks are after the same: what they work with is shared."""
    if part.kind == "vcs" and part.families[0] not in (
        "git add",
        "git mv",
        "git rm",
        "git checkout",
        "git show",
        "git worktree add",
    ):
        return True
    if part.families == ["look"] or part.families[0].endswith(" -c"):
        return not set(tried).isdisjoint([*targets, *part.shown])
    if not tried and not targets:
        return True
    if part.families[0] in ("git add", "git rm", "git mv"):  # the same file, told by another path
        return not {_base(target) for target in tried}.isdisjoint(map(_base, targets))
    return not set(tried).isdisjoint(targets)


def _cover(wide: "list[str]", narrow: "list[str]") -> bool:
    """Say whether all targets of one run lie within those of another."""
    return all(
        any(target == path or (not path.startswith("?") and target.startswith(path.rstrip("/") + "/")) for path in wide)
        or (target.startswith("?") and not any(path.startswith("?") for path in wide))
        for target in narrow
    ) and not (any(path.startswith("?") for path in wide) and not any(path.startswith("?") for path in narrow))


def _base(target: str) -> str:
    return target.rstrip("/").rsplit("/", 1)[-1]


def _bases(targets: "list[str]") -> "set[str]":
    return set(map(_base, _paths(targets)))


def _mentions_any(failure: "Failure", targets: "list[str]") -> bool:
    return any(map(failure.mentions, _bases(targets)))


def _names_any(message: str, targets: "list[str]") -> bool:
    from claudesess_collector.output_findings import without_passed

    output = without_passed(_printed(message))
    return any(base in output for base in _bases(targets))


def _names_all(message: str, narrower: "list[str]", tried: "list[str]") -> bool:
    """Say whether what failed is what the narrower run was about: the message names it, and no other target."""
    output = vocabulary.output_of(message)
    others = [path for path in _paths(tried) if path not in narrower and "." in _base(path)]
    return _names_any(message, narrower) and not any(_tail(other, narrower) in output for other in others)


def _tail(path: str, others: "list[str]") -> str:
    """Return as much of the end of a path as others do not end with."""
    folder, _, tail = path.rpartition("/")
    while folder and any(f"/{other}".endswith(f"/{tail}") for other in others):
        folder, _, before = folder.rpartition("/")
        tail = f"{before}/{tail}"
    return tail


def _names_files(message: str) -> bool:
    from claudesess_collector.output_findings import named_paths

    return bool(named_paths(_printed(message)[:8192]))


def _printed(message: str) -> str:
    """Return what a command printed; a message of error_log has what was tried in front, another is all of it."""
    return vocabulary.output_of(message) if message.startswith("$ ") else message
