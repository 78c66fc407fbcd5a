"""Which part of a call failed, judged by what it printed: its status is hidden, or is that of several parts."""

from claudesess_collector import vocabulary
from claudesess_collector.command_programs import COMMANDS, MIXED, TASK_RUNNERS
from claudesess_collector.outcomes import Outcome
from claudesess_collector.part import is_unknown, verb_of
from claudesess_collector.vocabulary import CHECK, PROBE, RUN, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence

    from claudesess_collector.aims import Call
    from claudesess_collector.part import Part

_TROUBLE = (
    "Traceback (most recent call last)",
    "Error:",
    "fatal:",
    "error:",
    "not found",
    "No such file",
    "no matches",
)
_SENDERS = ("curl", "wget", "http", "xh")  # say nothing of their own where all is well
_WITHOUT_INDEX = ("git fetch", "git branch", "git tag", "git push", "git remote")
_FIRST_SAID = 300  # characters in which a shell says that it could not read a command, and nothing ran
_SILENT = ("lint", "type", "build")  # checks that say nothing when all is well
_ENDED = ("Exit code 143", "Exit code 130", "Exit code 124")  # by who started it, or at a time that it was given
_BUILDERS = {"make", "gmake", "mvn", "mvnw", "gradle", "gradlew", "sbt", "rake"}


def judge_run(outcome: Outcome, part: "Part", output: "Optional[str]", parts: "list[Part]") -> None:
    """Judge what is no check and whose status is hidden, among all parts: others may have printed something.

    That it failed is said where it alone can have said so, or where it is named and nothing stands in for it.
    """
    if output is None:  # nothing is hidden that matters
        outcome.passed.append(part)
        return
    if "\x1b" in output:
        from claudesess_collector.privacy_redact import without_sequences

        output = without_sequences(output)
    if part.kind in (RUN, VCS) and outcome.failed is None and _is_broken(part, output, parts):
        _fail(outcome, part, output, parts)
        return
    if part.echoes is not None or part.instead is not None:
        from claudesess_collector import output_verdict

        if output_verdict.says_otherwise(part, output):  # who has said what else to do, or asks how it went, is ready
            outcome.unseen.append(part)
            return
    is_well = not any(word in output for word in _TROUBLE) and (part.kind != PROBE or bool(output.strip()))
    if part.kind == RUN and any(map(_says_timeout, output.split("\n"))):
        is_well = False
    (outcome.passed if is_well else outcome.unseen).append(part)


def _says_timeout(line: str) -> bool:
    """Say whether a line tells that something took too long, and not how long it may take."""
    plain = line.lstrip(" \t*!#>[").lower()
    return plain.startswith(("timeout ", "timed out"))


def _is_broken(part: "Part", output: str, parts: "list[Part]") -> bool:
    """Say whether what was printed can only mean that a part failed whose status is hidden."""
    from claudesess_collector import output_findings, output_not_run

    if part.program in TASK_RUNNERS and _is_ended_by(part, output, parts):
        return True
    if part.filter != "":  # what chooses among its lines does not get what it complains of
        return part.program in _SENDERS and output_not_run.complains_first(output, part.program)
    if part.kind == VCS and part.instead is None and output_findings.git_stopped(output):
        return _of_git([one for one in parts if one.kind == VCS and one.is_hidden], output) is part
    lacking = output_not_run.lacking(output)
    if part.program not in lacking and not lacking.isdisjoint(one.program for one in parts):  # said of another
        return False
    others = [one for one in parts if one.kind != PROBE and one is not part]
    is_its_own = all(one.group == part.group and not one.is_hidden and not one.is_fallback for one in others)
    if is_its_own and output_not_run.broke_off(output):
        return True
    if any(one.group == part.group for one in others):
        return False
    # What no part of the command is, the one that starts others has asked for.
    is_the_checks = any(one.kind == CHECK and one.program in TASK_RUNNERS for one in others)
    asks = part.program in TASK_RUNNERS and not is_the_checks
    return part.program in lacking or (bool(lacking) and (asks or not others))


_BY_SIGNAL = ("Terminated", "SIGTERM", "SIGINT", "exit code 143", "exit code 130", "Interrupt")


def _is_ended_by(part: "Part", output: str, parts: "list[Part]") -> bool:
    """Say whether a task runner, and no other, says that what it started has failed."""
    others = {one.program for one in parts if one is not part and one.program in TASK_RUNNERS}
    if part.program in others:
        return False
    from claudesess_collector import output_not_run

    if output_not_run.is_up(output) or any(map(output.__contains__, _BY_SIGNAL)):  # it served, until it was ended
        return False
    ends = [line for line in map(str.strip, output.split("\n")) if line.startswith(_ENDS)]
    return any(not others or line.startswith(part.program) for line in ends)


def judge_check(outcome: Outcome, part: "Part", output: str, parts: "list[Part]") -> None:
    """Judge a check whose status is hidden by what it prints."""
    from claudesess_collector import output_not_run, output_verdict

    output = _own(part, output)
    if part.several is not None and _is_anothers(part, output):
        outcome.unseen.append(part)
        return
    lacking = output_not_run.lacking(output)
    went = False if part.program in lacking else output_verdict.verdict(part, output)
    others = {one.program for one in parts}
    if went is None and lacking and lacking.isdisjoint(others):
        went = None if part.program in TASK_RUNNERS and not _ends_lacking(part, output) else False  # nothing started
    if _is_split(outcome, part, output, went, parts):
        return
    if went is None and part.category in _SILENT and _is_silent(part, output):
        (outcome.passed if part.filter == "" else outcome.quiet).append(part)
    elif went is None:
        outcome.unseen.append(part)
    elif went:
        outcome.passed.append(part)
    else:
        _fail(outcome, part, output)


def _is_anothers(part: "Part", output: str) -> bool:
    """Say whether a failure that is shown is of another of the tasks that were told at once, by its name or kind."""
    from claudesess_collector import output_findings

    scripts, shown = output_findings.failed_scripts(output), output_findings.category(output)
    if scripts:
        return not _is_named(part, scripts)
    return shown is not None and part.category not in (shown, MIXED)


def judge_own_test(outcome: Outcome, part: "Part", output: str) -> None:
    """Judge a test script of one's own that ended with status 0: it failed where it says so of itself."""
    from claudesess_collector import output_own_tests

    if output_own_tests.failed(_own(part, output)):
        _fail(outcome, part, output)
    else:
        outcome.passed.append(part)


def judge_chosen(outcome: Outcome, part: "Part", output: str) -> None:
    """Judge a run of chosen tests that ended with status 0: it tells nothing where there were none of that name."""
    from claudesess_collector import output_lines, output_usage

    is_none = output_usage.ran_none(output_lines.lines_of(_own(part, output)))
    (outcome.unseen if is_none else outcome.passed).append(part)


# How task runners say that what they started has failed.
_ENDS = ("make: ***", "make[1]: ***", "npm ERR!", "npm error", "error Command failed", "ELIFECYCLE")


def _ends_lacking(part: "Part", output: str) -> bool:
    """Say whether all that was printed, beside what a runner says of its own, is that a program is not there."""
    from claudesess_collector import output_not_run

    lines = [line.strip() for line in output.split("\n")]
    printed = [line for line in lines if line and line not in part.echoed and line[:1] not in ("$", ">")]
    own = [line for line in printed if not line.startswith(_ENDS)]
    return len(own) == 1 and bool(output_not_run.lacking(own[0]))


def _own(part: "Part", output: str) -> str:
    """Return what stands between the lines that the command itself prints around a part, as far as they are there.

    All that was printed, where one of them was printed twice: by a loop.
    """
    before, after = part.between
    if not before and not after:
        return output
    lines = [line.strip() for line in output.split("\n")]
    firsts, lasts = _places(lines, before), _places(lines, after)
    if max(len(firsts), len(lasts)) > 1:
        return output
    begin, end = firsts[0] + 1 if firsts else 0, lasts[0] if lasts else len(lines)
    # Its last line, too: it may tell how the part ended.
    return "\n".join(lines[begin : end + 1])


def _places(lines: "list[str]", mark: str) -> "list[int]":
    """Return where the lines are that begin with a mark that ends with `$`, or are another one; of no mark nowhere."""
    if mark[-1:] == "$":
        return [at for at, line in enumerate(lines) if line.startswith(mark[:-1])]
    return [at for at, line in enumerate(lines) if line == mark] if mark else []


def _is_silent(part: "Part", output: str) -> bool:
    """Say whether nothing was printed but what the command itself prints around its parts."""
    begins = tuple([text[:-1] for text in part.echoed if text[-1] == "$"])
    lines = [line.strip() for line in output.split("\n")]
    return all(not line or line in part.echoed or line.startswith(begins) for line in lines)


def _is_split(outcome: Outcome, part: "Part", output: str, went: "Optional[bool]", parts: "list[Part]") -> bool:
    """Judge what a task runner started by itself; say whether it told of any check."""
    if part.kind != CHECK or (part.runner not in TASK_RUNNERS and part.runner != "?"):
        return False
    from claudesess_collector import output_behind

    return output_behind.split(outcome, part, output, went, parts)


def of_failure(call: "Call", message: str, status: "Optional[int]") -> Outcome:
    """Return how a call went that the client reports as a failure."""
    outcome = Outcome()
    first = None
    if call.is_shell and call.main.kind == RUN and vocabulary.bare_error(message).startswith(_ENDED):
        from claudesess_collector import output_not_run

        if output_not_run.is_up(message):  # a server that served until it was ended did what it should
            outcome.passed = list(call.parts)
            return outcome
    if call.is_shell and len(call.parts) > 1:
        from claudesess_collector import output_findings, output_verdict

        earlier = [part for part in call.parts if not part.is_last and part.kind == CHECK]
        named = output_findings.failed_scripts(message)[-1:] if earlier else []
        for part in earlier:
            if named and output_verdict.is_any(part.runner) and not _is_named(part, named):
                continue  # what is shown may be anything's
            went = output_verdict.judge(_own(part, message), part.runner)
            if went:
                outcome.passed.append(part)
            elif (
                went is False
                and first is None
                and not (output_verdict.is_any(part.runner) and output_findings.is_gits(message))
            ):
                first = part
    last = [part for part in call.parts if part.is_last] or call.parts
    picked = _picked(last, message)
    before = [part for part in last[: last.index(picked)] if not part.is_hidden]
    outcome.passed += [part for part in before if not _may_not_have_run(part, picked, message)]
    failed = first or picked
    if not _is_split(outcome, failed, message, False, call.parts):
        _fail(outcome, failed, message, call.parts)
    if outcome.kind == CHECK:
        from claudesess_collector import output_not_run

        unknown = failed.starter or (failed.program if is_unknown(failed.families[0]) else "")
        is_there = not unknown or not output_not_run.was_not_there(message, unknown)
        if not is_there or output_not_run.found_nothing(message):
            outcome.kind, outcome.category = RUN, "runtime"
    return outcome


def _may_not_have_run(part: "Part", picked: "Part", message: str) -> bool:
    """Say whether a part that was told with the one that failed, all at once, need not have passed before it."""
    if part.several is None or part.several is not picked.several:
        return False
    from claudesess_collector import output_findings

    is_in_order = part.several[0] and _is_named(picked, output_findings.failed_scripts(message))
    return not is_in_order


def _picked(parts: "list[Part]", message: str) -> "Part":
    """Return the part of a list joined by `&&` that failed: the one that the message names, or whose output it is."""
    seen = [part for part in parts if not part.is_hidden] or parts
    from claudesess_collector import output_findings, output_not_run

    if len(parts) == 1 or output_not_run.is_unread(message[:_FIRST_SAID]):
        return next((part for part in parts if not part.is_means), parts[0])
    complaining = _complaining(seen, message)
    if complaining is not None:
        return complaining
    installs = [part for part in seen if part.families[0] == "install"]
    if installs and output_not_run.is_installers(message):
        return installs[0]
    gits = [part for part in seen if part.kind == VCS]
    if gits and (len(gits) == len(seen) or output_findings.is_gits(message)):
        return _of_git(gits, message)
    checks = [part for part in (*seen, *(part for part in parts if part not in seen)) if part.kind == CHECK]
    named = _named_check(checks, message) if len(checks) > 1 else None
    if named is not None:
        return named
    judged = _judged(checks, message)
    for part, is_well in zip(checks, judged):
        if is_well is False:
            return _first_not_passed([one for one in checks if one.families == part.families], message)
    if not any(part in seen for part in checks) and seen[-1].families[0].endswith(" -c"):
        return seen[-1]  # what looks through a check's findings fails by itself
    untold = [part for part, is_well in zip(checks, judged) if is_well is None]
    return _silent(untold, seen, message) or _last_left(parts, seen, checks)


def _complaining(seen: "list[Part]", message: str) -> "Optional[Part]":
    """Return the part, no check, in whose name a line speaks, or whose pattern of files matched none."""
    from claudesess_collector import output_not_run

    unmatched, complains = output_not_run.unmatched(message), output_not_run.complaining(message)
    for part in seen:
        if part.kind != CHECK and (part.program in complains or not unmatched.isdisjoint(part.targets)):
            return _commit_of(seen, part)
    return None


def _named_check(checks: "list[Part]", message: str) -> "Optional[Part]":
    """Return the check that the message says could not begin, or whose script failed, None where it names none."""
    from claudesess_collector import output_findings, output_not_run

    if output_not_run.is_wrong_folder(message):
        # What checks files by their names does not need the project: the first that does failed.
        return next((part for part in checks if part.program in COMMANDS), checks[0])
    named = output_findings.failed_scripts(message)
    return next((part for part in checks if _is_named(part, named)), None)


def _is_named(part: "Part", scripts: "list[str]") -> bool:
    """Say whether a part runs one of the scripts or targets, whichever project's: `:app:test` is `test`."""
    verb = verb_of(part.families[0])
    return any(verb == script or verb.endswith(f":{script}") for script in scripts)


def _judged(checks: "list[Part]", message: str) -> "list[Optional[bool]]":
    """Return how each check went, as the message shows it.

    A task runner may print any tool's summary: the kind of failure that is shown says whose it is.
    """
    from claudesess_collector import output_findings, output_verdict

    shown = output_findings.category(message)
    return [
        (False if part.category == shown else None)
        if shown and output_verdict.is_any(part.runner)
        else output_verdict.judge(message, part.runner)
        for part in checks
    ]


def _silent(untold: "list[Part]", seen: "list[Part]", message: str) -> "Optional[Part]":
    """Return which of the checks that nothing is shown of failed, None where none need have."""
    from claudesess_collector import output_verdict

    for part in untold:
        if part.category not in _SILENT or output_verdict.has_finding(message):
            return part
    return untold[-1] if len(untold) == 1 or (untold and untold[-1] is seen[-1]) else None


def _last_left(parts: "list[Part]", seen: "list[Part]", checks: "list[Part]") -> "Part":
    """Return the part that is left to have failed: the last of those that do something, a check before others."""
    others = [part for part in seen if part.kind in (RUN, VCS)]
    if others and checks and seen.index(others[-1]) > parts.index(checks[-1]):
        return others[-1]
    return checks[-1] if checks else (others or seen)[-1]


def _first_not_passed(parts: "list[Part]", message: str) -> "Part":
    """Return which of two runs by one program failed: the second, where the first has said that it passed.

    Of more, and of a program that sums up each package, nobody can tell: the first.
    """
    if len(parts) != 2 or parts[0].program in _SUM_UP_EACH:
        return parts[0]
    from claudesess_collector import output_verdict

    return parts[output_verdict.has_passed(message, parts[0].runner)]


_SUM_UP_EACH = frozenset("go cargo dotnet docker gh forge bazel make pre-commit prek gradle gradlew mvn sbt".split())


def _commit_of(parts: "list[Part]", part: "Part") -> "Part":
    return _of_git([other for other in parts if other.kind == VCS], "") if part.kind == VCS else part


def _of_git(gits: "list[Part]", message: str) -> "Part":
    """Return what a line of git commands is for: to push where the message says so, else to commit."""
    verbs = {part.families[0]: part for part in reversed(gits)}
    usage = message.partition("\nusage: ")[2].split()[:2]
    if " ".join(usage) in verbs:
        return verbs[" ".join(usage)]
    added = verbs.get("git add")
    if added is not None and _IGNORED in message:  # a commit in another list went on without it
        return verbs["git commit"] if any(_commits(part, added) for part in gits) else added
    if "git push" in verbs and any(word in message for word in ("rejected", "upstream", "remote", "push")):
        return verbs["git push"]
    if "git commit" in verbs:
        return verbs["git commit"]
    if "index.lock': File exists" in message:
        return next((part for part in gits if part.families[0] not in _WITHOUT_INDEX), gits[-1])
    return next((part for part in reversed(gits) if not part.is_look), gits[-1])


_IGNORED = "The following paths are ignored by one of your"


def _commits(part: "Part", added: "Part") -> bool:
    """Say whether a part commits, in the same list, what another was to add."""
    return part.families[0] == "git commit" and part.group == added.group


_TEST_AS_WELL = ("mvn", "mvnw", "gradle", "gradlew")  # whatever they are to build


def _fail(outcome: Outcome, part: "Part", message: str, parts: "Sequence[Part]" = ()) -> None:
    """Note that a part failed, and at what; among `parts` there may be checks that have printed, too."""
    outcome.failed, outcome.kind, outcome.category = part, part.kind, part.category
    if part.kind == CHECK and part.category != MIXED and part.program not in _TEST_AS_WELL:
        return
    from claudesess_collector import output_findings

    if part.kind == CHECK and part.category != MIXED:
        outcome.category = "test" if output_findings.category(message) == "test" else part.category
        return
    if part.kind == VCS:
        is_of_a_hook = all(one in outcome.passed for one in parts if one.kind == CHECK)
        shown = output_findings.category_of_a_hook(message, is_of_a_hook)
        if shown is not None:
            outcome.kind, outcome.category = CHECK, shown
    elif part.category == MIXED or (part.kind == RUN and part.families[0] in ("script", "shell")):
        shown = output_findings.failed_category(message)
        if shown is not None:
            outcome.kind, outcome.category = CHECK, shown
        elif part.category == MIXED:
            outcome.category = "build" if part.program in _BUILDERS else "runtime"
    elif part.kind == RUN and part.program and not part.program.startswith("mcp__"):
        shown = output_findings.category(message)
        outcome.category = shown or "runtime"
        outcome.kind = CHECK if shown and part.program[:1].islower() else outcome.kind
