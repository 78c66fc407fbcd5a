"""What is kept of a chain: it comes back as it was, and what somebody else wrote there is no reason to stop."""

import pytest
from claudesess_collector import chains
from claudesess_collector.payload import short_hash
from tables import each_row

OF_EACH = {
    "aim": "a", "astray": "test", "cases": [["c"]], "category": "test", "checks": ["mypy"], "failed": ["d"], "families": ["pytest"],
    "filter": "f", "is_gate": True, "is_of_before": True, "is_silent": True, "is_whole": True, "kind": "check", "names": ["n"],
    "purpose": ["p"], "ran_at": "2026", "sketch": ["s"], "targets": ["t"], "via": "make", "words": ["w"],
}  # fmt: skip


def values(spec):
    return {name: getattr(spec, name) for name in chains.Spec.__slots__}


def test_what_is_kept_comes_back():
    spec = chains.Spec()
    for name, value in OF_EACH.items():
        setattr(spec, name, value)
    assert OF_EACH.keys() == set(chains.Spec.__slots__)
    assert values(chains.spec_of(spec.kept())) == OF_EACH == values(spec.copy())


def test_a_text_that_is_empty_is_no_unknown_one():
    spec = chains.Spec()
    spec.filter = ""
    assert chains.spec_of(spec.kept()).filter == ""


def test_what_says_nothing_is_not_kept():
    assert chains.Spec().kept() == "{}"
    assert values(chains.spec_of("{}")) == values(chains.Spec())


@each_row(
    "text",
    [
        "", "nothing", "[]", '{"families": "pytest", "cases": null, "is_gate": "yes", "aim": 3, "via": ["make"]}',
        '{"kept": "x", "__class__": "y", "unknown": 1}',
    ],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_not_known(text):
    assert values(chains.spec_of(text)) == values(chains.Spec())


def test_one_that_is_changed_leaves_what_others_read():
    text = '{"aim": "a", "is_gate": true}'
    changed = chains.spec_of(text).copy()
    changed.aim = "b"
    assert chains.spec_of(text).aim == "a"


def test_a_name_that_is_none_of_its_own_is_an_error():
    with pytest.raises(AttributeError):
        chains.Spec().familys = []


A, B = "/home/dev/app/a.py", "/home/dev/app/b.py"
RUFF = "ruff.....Failed\n- hook id: ruff\n\na.py:1:1: F401 x"
#: Tries that fail, and what is known of the chain of the last of them, beside its words.
STORIES = {
    "one try": ([("pytest a.py", "E")], {"kind": "check", "category": "test", "families": ["pytest"], "targets": [A], "filter": ""}),
    "more targets": ([("pytest a.py", f"FAILED {A}"), ("pytest a.py b.py", "FAILED a.py::x")], {"targets": [A, B], "families": ["pytest"]}),
    "less targets": ([("pytest a.py b.py", "FAILED a.py::x"), ("pytest a.py", "FAILED a.py::x")], {"targets": [A, B]}),
    "all, then one": ([("pytest", "FAILED a.py::x"), ("pytest a.py", "FAILED a.py::x")], {"targets": ["/home/dev/app", A], "is_whole": False}),
    "one, then all": ([("pytest a.py", "FAILED a.py::x"), ("pytest", "FAILED a.py::x")], {"targets": ["/home/dev/app", A], "is_whole": True}),
    "some cases, then others": (
        [("pytest -k one_two", "FAILED a.py::test_one_two"), ("pytest -k one_two_three", "FAILED a.py::test_one_two_three")],
        {"cases": [[*map(short_hash, ("one_two_three", "one", "two", "three"))], [*map(short_hash, ("one_two", "one", "two"))]]},
    ),
    "the same cases": (
        [("pytest -k one_two", "FAILED a.py::test_one_two"), ("pytest -k one_two -q", "FAILED a.py::test_one_two")],
        {"cases": [[*map(short_hash, ("one_two", "one", "two"))]]},
    ),
    "behind a task runner": ([("npm test", "> jest a.ts\n1 failed")], {"via": "npm test", "families": ["jest"], "targets": ["/home/dev/app/a.ts"]}),
    "checks before a commit": ([("git commit -m x", RUFF)], {"kind": "check", "category": "lint", "families": ["git commit"], "targets": [], "is_gate": False}),
    "of the code as it was": ([("git stash && pytest -q", "1 failed in 1s")], {"is_of_before": True, "is_whole": True}),
    "of the code as it is": ([("pytest -q && git stash", "1 failed in 1s")], {"is_of_before": False}),
    "its lines were chosen": ([("ruff check a.py | grep F", "F401 x")], {"filter": short_hash("grep F")}),
    "a task that is not there": ([("npm run nosuch", 'npm error Missing script: "nosuch"')], {"astray": "runtime", "kind": "run", "families": ["npm run nosuch"]}),
    "a program that is not there": ([("pytest a.py", "bash: pytest: command not found")], {"astray": "test"}),
    "a file that is not there": ([("pytest web/a.py", "ERROR: file or directory not found: web/a.py")], {"astray": "test"}),
    "another file that is not there": ([("pytest web/a.py", "ERROR: not found: b.txt")], {"astray": None}),
    "a script told otherwise": ([("python a.py", "python: can't open file 'a.py'"), ("python src/a.py", "E")], {"astray": None, "targets": ["/home/dev/app/src/a.py"]}),
}  # fmt: skip


@each_row("story", STORIES)
def test_what_is_known_of_a_chain(project, story):
    tries, expected = STORIES[story]
    for command, said in tries:
        project.fails(command, f"Exit code 1\n{said}")
    known = values(chains.spec_of(project.column("SELECT spec FROM claudesess_chains ORDER BY error_id")[-1]))
    assert {name: known[name] for name in expected} == expected


@each_row(("n", "kept"), [(1, 2), (40, 41), (70, 60)])
def test_of_a_long_command_so_many_words_are_kept(project, n, kept):
    project.fails("tool " + " ".join(f"w{at}" for at in range(n)), "Exit code 1\nE")
    [text] = project.column("SELECT spec FROM claudesess_chains")
    assert len(chains.spec_of(text).sketch) == kept
