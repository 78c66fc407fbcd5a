"""Every relation's SQL file says what a row is, what it reads, and which test holds each of its edge cases."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from handmade import ROOT
from tables import each_row

from claudesess import frames
from claudesess.contracts import DERIVED, RAW

FILES = sorted((ROOT / "claudesess" / "relations" / "sql").glob("*.sql"))
TESTS = ROOT / "tests"
REFERENCE = re.compile(r"^(\S+\.py)::(\w+)(?:\[(.+)\])?$")


class Case(NamedTuple):
    """An edge case, and the tests that hold it."""

    text: str
    tests: list[str]


class Header(NamedTuple):
    """What the comments at the top of a file say."""

    row: str
    reads: list[str]
    value_tests: list[str]
    cases: list[Case]


def parse(text: str) -> Header:
    """Read a header; a part that is missing, empty or misplaced is refused."""
    comments = []
    for line in text.split("\n"):
        if not line.startswith("--"):
            break
        comments.append(line.removeprefix("--").removeprefix(" "))
    top, _, cases = "\n".join(comments).partition("\nEdge cases:\n")
    row, found, rest = top.partition("\nReads: ")
    assert row.startswith("One row: "), "it does not begin with `One row: `"
    assert found, "it has no list `Reads: `"
    listed, _, after = rest.partition(".")
    tests = [
        line.removeprefix("Value test: ") for line in after.split("\n") if line.startswith("Value test: ")
    ]
    assert cases, "it has no list `Edge cases:`"
    return Header(row.removeprefix("One row: "), re.findall(r"\w+", listed), tests, _cases(cases))


def _cases(text: str) -> list[Case]:
    cases = []
    for part in re.split(r"^  \* ", text, flags=re.MULTILINE)[1:]:
        lines = [line.strip() for line in part.strip().split("\n")]
        tests = [line for line in lines if REFERENCE.match(line)]
        cases.append(Case(" ".join(line for line in lines if line not in tests), tests))
    return cases


def used(text: str) -> set[str]:
    """Return the relations that a statement reads: what follows FROM and JOIN, and is no part of its own."""
    code = re.sub(r"'[^']*'|--.*", "", text)
    own = set(re.findall(r"(\w+) AS \(", code))
    return set(re.findall(r"(?<!DISTINCT )\b(?:FROM|JOIN) ([a-z_]\w*)(?!\()", code)) - own


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in parsed(path).body if isinstance(node, ast.FunctionDef)}


def parameters(path: Path, function: ast.FunctionDef) -> list[ast.expr]:
    """Return a test's decorators, and the lists of the file that they name."""
    named = {
        node.id for one in function.decorator_list for node in ast.walk(one) if isinstance(node, ast.Name)
    }
    lists = [
        node.value
        for node in parsed(path).body
        if isinstance(node, ast.Assign) and named & {ast.unparse(target) for target in node.targets}
    ]
    return [*function.decorator_list, *lists]


def is_held(reference: str) -> bool:
    """Say whether a test exists: `FILE::FUNCTION[ID]`, the file in tests/relations, or anywhere below tests."""
    match = REFERENCE.match(reference)
    assert match, f"{reference} is no FILE::FUNCTION"
    file, function, case = match.groups()
    path = next((path for path in (TESTS / "relations" / file, TESTS / file) if path.is_file()), None)
    found = functions(path).get(function) if path else None
    if path is None or found is None or case is None:
        return found is not None
    keywords = [
        node for one in parameters(path, found) for node in ast.walk(one) if isinstance(node, ast.keyword)
    ]
    return any(ast.unparse(word.value) == repr(case) for word in keywords if word.arg == "id")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def sql(request: pytest.FixtureRequest) -> Path:
    return request.param


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_header_says_what_a_row_is_and_what_can_happen_to_it(sql: Path) -> None:
    header = parse(text_of(sql))
    assert header.row.rstrip().endswith((".", ";")) and header.cases
    assert all(case.text and case.tests for case in header.cases)


def test_what_is_read_is_what_the_header_lists(sql: Path) -> None:
    header = parse(text_of(sql))
    assert len(set(header.reads)) == len(header.reads)
    assert set(header.reads) == used(text_of(sql))
    assert set(header.reads) <= {*RAW, *(path.stem for path in FILES)}


def test_every_test_that_a_header_names_exists(sql: Path) -> None:
    header = parse(text_of(sql))
    named = [*header.value_tests, *(test for case in header.cases for test in case.tests)]
    assert [test for test in named if not is_held(test)] == []


def test_public_relations_are_registered_and_have_a_value_test(sql: Path) -> None:
    is_public = not sql.stem.startswith("_")
    assert (sql.stem in DERIVED) == is_public
    assert hasattr(frames, sql.stem) == is_public
    assert bool(parse(text_of(sql)).value_tests) == is_public


def test_every_derived_relation_has_a_file() -> None:
    assert set(DERIVED) == {path.stem for path in FILES if not path.stem.startswith("_")}


def test_a_private_relation_is_read_by_others() -> None:
    measures = (ROOT / "claudesess" / "metrics").glob("*/*.sql")
    read = set().union(*(used(text_of(path)) for path in (*FILES, *measures)))
    assert {path.stem for path in FILES if path.stem.startswith("_")} <= read


GOOD = """-- One row: one call.
-- Reads: hook_events,
-- error_log.
-- Value test: test_times.py::test_agent_spans
-- Edge cases:
--   * A call that
--     goes on.
--     test_times.py::test_agent_spans[taken up again]
WITH own AS (SELECT 1 FROM hook_events)
SELECT 'FROM nowhere' FROM own JOIN error_log ON a IS DISTINCT FROM b  -- FROM nothing
"""


def test_a_good_header_is_read() -> None:
    case = Case("A call that goes on.", ["test_times.py::test_agent_spans[taken up again]"])
    assert parse(GOOD) == Header(
        "one call.", ["hook_events", "error_log"], ["test_times.py::test_agent_spans"], [case]
    )
    assert used(GOOD) == {"hook_events", "error_log"}


@each_row("line", ["-- One row: one call.\n", "-- Reads: hook_events,\n", "-- Edge cases:\n"])
def test_a_header_that_lacks_a_part_is_refused(line: str) -> None:
    with pytest.raises(AssertionError, match="it "):
        parse(GOOD.replace(line, "-- Nothing\n"))


@each_row(
    ("reference", "there"),
    [
        ("test_times.py::test_agent_spans[taken up again]", True),
        ("importing/test_formats.py::test_tokens_are_counted_once_per_answer_with_its_last_numbers", True),
        ("test_times.py::test_agent_spans[taken down]", False),
        ("test_times.py::test_agents", False),
        ("test_clocks.py::test_agent_spans", False),
    ],
)
def test_a_test_is_known_by_file_function_and_case(reference: str, there: bool) -> None:
    assert is_held(reference) is there
