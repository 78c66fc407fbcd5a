"""Patterns that a project or a user adds: they only add, and none of them can keep a hook busy."""

from claudesess_collector.privacy_own import MAX_PATTERNS, lines_of, problem_of, replace_own
from tables import each_row


@each_row(
    ("pattern", "problem"),
    [
        (r"ACME-[0-9A-F]{8,64}", ""),
        (r"\bacme_(?:dev|prod)_\w{4,20}", ""),
        (r"ACME-[0-9]+", "without an end"),
        (r"ACME-(?:a{1,9}){1,9}", "repeat within a repeat"),
        (r"ACME-a{0,99}b{0,99}", "too long"),
        (r"[A-Z]{4}-\d{4}", "plain characters"),
        (r"ACME-(?=x)y", "looks ahead"),
        (r"ACME-(a)\1", "looks ahead"),
        (r"ACME-(", "no regular expression"),
        ("ACME-" + "x" * 195, ""),
        ("ACME-" + "x" * 196, "longer than"),
        ("ACM[0-9]{1,9}", ""),
        ("AC[0-9]{1,9}", "plain characters"),
        ("ACME-[0-9]{1,1024}", ""),
        ("ACME-[0-9]{1,1025}", "without an end"),
        ("ACME-[0-9]{0,1023}", ""),
        ("ACME-[0-9]{0,1024}", "too long"),
    ],
)
def test_only_what_takes_few_steps_is_used(pattern, problem):
    assert problem in problem_of(pattern)
    assert bool(problem) == bool(problem_of(pattern))


def test_a_bad_line_is_left_out_and_the_others_are_used(tmp_path):
    path = tmp_path / "own"
    path.write_text("# ours\n\nACME-(\nACME-[0-9]{4,8}\n", encoding="utf-8")
    assert lines_of(str(path)) == [(3, "ACME-("), (4, "ACME-[0-9]{4,8}")]
    assert replace_own("see ACME-12345 there", (str(path),)) == "see [redacted:own] there"


def test_so_much_of_a_file_is_read(tmp_path):
    path = tmp_path / "own"
    path.write_text("#" * (65536 - 8) + "\nACME-12" + "34", encoding="utf-8")
    assert lines_of(str(path)) == [(2, "ACME-12")]
    path.write_text("#" * (65536 - 10) + "\nACME-1234", encoding="utf-8")
    assert lines_of(str(path)) == [(2, "ACME-1234")]


def test_no_more_than_so_many(tmp_path):
    path = tmp_path / "own"
    path.write_text("".join(f"ACME{n:03}\n" for n in range(MAX_PATTERNS + 1)), encoding="utf-8")
    first, beyond = f"ACME{MAX_PATTERNS - 1:03}", f"ACME{MAX_PATTERNS:03}"
    assert replace_own(f"{first} {beyond}", (str(path),)) == f"[redacted:own] {beyond}"


def test_what_a_project_adds_holds_for_its_events(project):
    (project.disk / ".claude-session-secrets").write_text("ACME-[0-9]{4,8}\n", encoding="utf-8")
    project.edits("a.py", "start ACME-12345 now")
    assert project.last_summary()["snippet"] == "start [redacted:own] now"


def test_what_one_project_adds_holds_for_no_other_in_one_process(tmp_path):
    from claudesess_collector import payload
    from claudesess_collector.event import Place

    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / ".claude-session-secrets").write_text("ACME-[0-9]{4,8}\n", encoding="utf-8")
    names = []
    for folder in ("other", "ours", "other"):
        Place(str(tmp_path / folder), {"HOME": str(tmp_path)})
        names.append(payload.as_name("agent ACME-12345"))
    assert names == ["agent ACME-12345", "agent [redacted:own]", "agent ACME-12345"]


def test_what_is_added_holds_for_names_like_a_session_s(tmp_path):
    from claudesess_collector import payload
    from claudesess_collector.event import Place

    name = "a1b2c3d4-1111-2222-3333-444455556666"
    (tmp_path / ".claude-session-secrets").write_text("a1b2[0-9a-f-]{32}\n", encoding="utf-8")
    Place(str(tmp_path), {"HOME": str(tmp_path)})
    assert payload.as_name(name) == "[redacted:own]"
    Place(str(tmp_path / "elsewhere"), {"HOME": str(tmp_path / "elsewhere")})
    assert payload.as_name(name) == name


def test_a_pipe_under_that_name_is_not_opened(tmp_path):
    import os

    os.mkfifo(tmp_path / "own")
    assert lines_of(str(tmp_path / "own")) == []
