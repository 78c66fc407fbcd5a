"""How a call went, part by part: which part failed, which were seen to succeed, which ran unseen."""

from claudesess_collector.vocabulary import CHECK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.aims import Call
    from claudesess_collector.part import Part

NOT_RUN = (126, 127)  # the program could not be started
_MAY_SAY_SO = ("fail", "FAIL", "Fail", "not ok")  # of a test
# One of these stands in what a runner prints that was told which tests to run, and has none of that name.
_MAY_HAVE_RUN_NONE = (
    "filtered", "no tests to run", "0 tests", "No test", "0 examples", "No matching", "pass 0", "0 passing", "skipped",
)  # fmt: skip
_GROUPS = ("passed", "quiet", "unseen")


class Outcome:
    """What became of the parts of a call."""

    __slots__ = ("category", "failed", "kind", "passed", "quiet", "unseen")

    def __init__(self) -> None:
        self.failed: "Optional[Part]" = None
        self.kind = ""  # of what failed
        self.category = ""
        self.passed: "list[Part]" = []
        self.quiet: "list[Part]" = []  # showed nothing behind a filter: passed if the filter showed findings before
        self.unseen: "list[Part]" = []

    @property
    def ok(self) -> "Optional[bool]":
        """True when all succeeded, False when something failed, None when nobody can tell."""
        if self.failed is not None:
            return False
        return None if self.unseen or self.quiet else True

    def facts(self, parts: "list[Part]") -> "dict[str, Any]":
        """Return the outcome as JSON can hold it: parts by their places in a list; those that it lacks are added."""

        def place(part: "Part") -> int:
            found = next((at for at, other in enumerate(parts) if other is part), len(parts))
            if found == len(parts):
                parts.append(part)
            return found

        groups = {name: [place(part) for part in getattr(self, name)] for name in _GROUPS}
        failed = None if self.failed is None else place(self.failed)
        return {"failed": failed, "kind": self.kind, "category": self.category, **groups}


def restored(facts: "dict[str, Any]", parts: "list[Part]") -> Outcome:
    """Return the outcome of which `facts` were kept."""
    outcome = Outcome()
    outcome.failed = None if facts["failed"] is None else parts[facts["failed"]]
    outcome.kind, outcome.category = facts["kind"], facts["category"]
    for name in _GROUPS:
        setattr(outcome, name, [parts[at] for at in facts[name]])
    return outcome


def _may_say_that_it_failed(part: "Part", output: str) -> bool:
    """Say whether a test script of one's own, which alone has printed, may say that it failed."""
    return part.is_own_test and any(map(output.__contains__, _MAY_SAY_SO))


def _may_have_run_none(part: "Part", output: str) -> bool:
    """Say whether a run of chosen tests, whose status is 0 though there are none of that name, may have found none."""
    return is_chosen(part) and any(map(output.__contains__, _MAY_HAVE_RUN_NONE))


def is_chosen(part: "Part") -> bool:
    """Say whether a part runs tests that were chosen by their names."""
    return part.category == "test" and bool(part.cases)


def of_success(call: "Call", output: "Optional[str]") -> Outcome:
    """Return how a call went that the client reports as a success; `output` is read where the status tells nothing."""
    outcome = Outcome()
    running = [part for part in call.parts if not part.is_idle]
    for part in running:
        is_read = output is not None and (
            (len(running) == 1 and _may_say_that_it_failed(part, output)) or _may_have_run_none(part, output)
        )
        if not part.is_hidden and not is_read:
            outcome.passed.append(part)
            continue
        from claudesess_collector import outcomes_judged

        if not part.is_hidden and is_chosen(part):
            outcomes_judged.judge_chosen(outcome, part, output or "")
        elif not part.is_hidden:
            outcomes_judged.judge_own_test(outcome, part, output or "")
        elif part.kind != CHECK:
            outcomes_judged.judge_run(outcome, part, output, running)
        elif outcome.failed is None:
            outcomes_judged.judge_check(outcome, part, output or "", running)
    _prove(outcome, running)
    if not call.is_hidden and outcome.failed is None:
        outcome.unseen = []
    return outcome


def _prove(outcome: Outcome, running: "list[Part]") -> None:
    """Count what was not seen to end as passed where what stands behind it ran: behind `&&` that proves it."""
    for part, following in zip(reversed(running[:-1]), reversed(running[1:])):
        has_run = following in outcome.passed or following is outcome.failed
        if (
            has_run
            and part.leads_on
            and part.several is None
            and part.group == following.group
            and part in outcome.unseen
        ):
            outcome.unseen.remove(part)
            outcome.passed.append(part)


def unread(call: "Call") -> Outcome:
    """Return how a call went that ended well, and whose output nobody has."""
    outcome = Outcome()
    for part in call.parts:
        if not part.is_idle:
            (outcome.unseen if part.is_hidden else outcome.passed).append(part)
    return outcome
