"""What the client says of a call that did not run, or not to its end: it is no failed try, and why is told."""

from claudesess_collector import vocabulary
from claudesess_collector.vocabulary import CANCELLED, REFUSED, TOOL_ERROR
from tables import each_row

STOPPED = "[Request interrupted by user for tool use]"


@each_row(
    ("error", "why"),
    [
        (STOPPED, CANCELLED), (f"Exit code 137\n{STOPPED}", CANCELLED), (f"Exit code 137\n{STOPPED}\n\n> app@1 test\n> jest a", CANCELLED), (f"{STOPPED}\nwarning: LF will be replaced by CRLF", CANCELLED),
        (f"some output\n{STOPPED}", CANCELLED), (f"Exit code 145\n{STOPPED}\nCommand aborted before execution", CANCELLED), ("Interrupted by user", CANCELLED), ("  Interrupted by user\n", CANCELLED),
        (f"Exit code 1\nE  the log says\n{STOPPED}\nFAILED a.py::test_x", None), ("Exit code 1\nInterrupted by user", None), ("Interrupted by user after 3 tests\n1 failed", None), ("Exit code 130\n^C", None),
        ("Error checking permissions", REFUSED), ("Tool use is not allowed during compaction", REFUSED), ("cd to '/home/dev' was blocked. For security, only child folders are allowed", REFUSED), ("cd to '/home/dev' failed", None),
        ("Permission to use Bash has been denied.", REFUSED), ("InputValidationError: [\n  {}\n]", TOOL_ERROR), ("Exit code 1\nInputValidationError: x", None), ("<tool_use_error>x</tool_use_error>", TOOL_ERROR),
        ("Sibling tool call errored", CANCELLED), ("Exit code 1\n1 failed", None), ("", None),
    ],
)  # fmt: skip
def test_why_a_call_did_not_run(error, why):
    assert vocabulary.why_not_run(error, "Bash") == why


@each_row(
    ("tool", "error", "why"),
    [
        ("Edit", "EACCES: permission denied, open '/etc/a'", None), ("Write", "Failed to write: ENOSPC, no space left on device", None), ("Edit", "[Policy]\n\nBefore editing a.py, say why.", REFUSED),
        ("Write", "EVERY file needs a licence", REFUSED), ("Edit", "String not found in file. Failed to apply edit.", TOOL_ERROR), ("Edit", "", None), ("Bash", "[Policy]\n\nsay why", None), ("Read", "[Policy] say why", None),
    ],
)  # fmt: skip
def test_an_edit_fails_at_the_disk_or_is_refused(tool, error, why):
    assert vocabulary.why_not_run(error, tool) == why


def test_a_call_that_the_user_stopped_is_no_failed_try(project):
    project.fails("npm test", f"Exit code 137\n{STOPPED}\n\n> app@1 test\n> jest a")
    project.fails("npm test", "Interrupted by user")
    assert project.resolutions() == []
    assert (
        project.column("SELECT event_type FROM session_metrics WHERE key LIKE '%'") == ["tool_cancelled"] * 2
    )
