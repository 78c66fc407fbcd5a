"""The words of rows are said once: what SQL, contracts and the collector write is in the vocabulary, and read as it says."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from claudesess_collector import handlers, on_compactions, vocabulary, vocabulary_keys
from handmade import ROOT
from tables import each_row

from claudesess.audit.issues import EVERY_ISSUE, Issue
from claudesess.contracts import CATEGORY, RAW, RELATIONS
from claudesess.contracts.derived import HAPPENINGS

COLLECTOR = ROOT / "collector" / "claudesess_collector"
PACKAGE = ROOT / "claudesess"
SQL = PACKAGE / "relations" / "sql"
FILES = sorted(SQL.glob("*.sql"))
DATABASES = [*(ROOT / "data" / "samples").glob("*/*.db"), *(ROOT / "tests/fixtures/first_rules").glob("*.db")]
WRITTEN_BY_OTHERS = {"other-writer.db"}

#: Column of SQL -> what its literals may be. A relation's own outcomes are in its contract.
WORDS = {
    "event_type": {*vocabulary.EVENTS, *vocabulary_keys.METRICS},
    "status": {*vocabulary.AGENT_STATUSES},
    "value": {*vocabulary.AGENT_STATUSES},
    "snapshot_type": {*vocabulary.SNAPSHOT_TYPES},
    "operation": {*vocabulary.OPERATIONS},
    "tool": {*vocabulary.EDIT_TOOLS, *vocabulary.SHELLS, *vocabulary.AGENT_TOOLS, *vocabulary.RESEARCH_TOOLS,
             vocabulary.READ_TOOL, vocabulary.ASKING_TOOL, *vocabulary.TASK_TOOLS},
    "resolution": {*vocabulary.RESOLUTIONS},
    "first_mark": {*vocabulary.RESOLUTIONS},
    "last_mark": {*vocabulary.RESOLUTIONS},
    "error_category": {*vocabulary.CATEGORIES},
    "decision": {*vocabulary.DECISIONS},
    "source": {*vocabulary.SOURCES},
    "trigger": {*vocabulary.TRIGGERS},
    "kind": {"session_start", "session_end"},
    "what": {"closes", "leaves"} & {*vocabulary_keys.PAYLOAD_KEYS},
    "next_what": {*vocabulary.PROMPTS},
}  # fmt: skip
KEYS = {
    *vocabulary.PROMPTS,
    *("project_dir", "project_root"),  # of project_state
    "version",
    *re.findall(
        r"\w+", " ".join(vocabulary_keys.METRICS[name][0] for name in ("session_start", "session_end"))
    ),
}


def code(path: Path) -> str:
    """Return a statement without its comments."""
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8"))


def compared(text: str) -> Iterator[tuple[str, str]]:
    """Yield every column that is held against a word, with the word."""
    pattern = r"""(\w+)"?\s+(?:=|<>|IN|IS DISTINCT FROM|IS NOT DISTINCT FROM)\s*(\([^()]*'[^()]*\)|'[^']*')"""
    for column, words in re.findall(pattern, text):
        for word in re.findall(r"'([^']*)'", words):
            yield column, word


@each_row("path", FILES)
def test_words_in_sql_are_in_the_vocabulary(path: Path) -> None:
    found = [(column, word) for column, word in compared(code(path)) if word != "ARRAY"]
    assert [pair for pair in found if pair[1] not in (KEYS if pair[0] == "key" else WORDS[pair[0]])] == []


def wrong(text: str) -> list[tuple[str, str]]:
    """Return words that stand where the vocabulary has others."""
    return [(column, word) for column, word in compared(text) if word not in WORDS.get(column, {word})]


@each_row("issue", EVERY_ISSUE)
def test_words_in_the_audits_questions_are_in_the_vocabulary(issue: Issue) -> None:
    assert wrong(issue.query) == []


@each_row("path", sorted(COLLECTOR.glob("*.py")))
def test_words_in_the_collectors_own_queries_are_in_the_vocabulary(path: Path) -> None:
    assert wrong(re.sub(r'"\n\s*"', "", path.read_text(encoding="utf-8"))) == []


def test_words_are_found_in_sql() -> None:
    text = "status IN ('running', 'dead') AND \"source\" IS DISTINCT FROM 'compact' AND t.tool = 'Bash'"
    assert list(compared(text)) == [
        ("status", "running"), ("status", "dead"), ("source", "compact"), ("tool", "Bash"),
    ]  # fmt: skip
    assert sum(len(list(compared(code(path)))) for path in FILES) > 30


def test_the_grammar_in_sql_is_the_vocabularys() -> None:
    chains = code(SQL / "error_chains.sql")
    assert f"starts_with(c.message, '{vocabulary.TRIED}')" in chains
    assert f"substr(c.message, {len(vocabulary.TRIED) + 1})" in chains
    assert f"'{vocabulary.HIDDEN}'" in chains


@each_row(
    ("column", "words"),
    [
        ("agent_registry.status", vocabulary.AGENT_STATUSES),
        ("file_claims.operation", vocabulary.OPERATIONS),
        ("error_log.error_category", vocabulary.CATEGORIES),
        ("error_log.resolution", vocabulary.RESOLUTIONS),
        ("context_snapshots.snapshot_type", vocabulary.SNAPSHOT_TYPES),
        ("hook_events.event_type", vocabulary.EVENTS),
        ("llm_verdicts.decision", vocabulary.DECISIONS),
        ("sessions.source", vocabulary.SOURCES),
        ("agent_runs.status", vocabulary.AGENT_STATUSES),
        ("compactions.trigger", vocabulary.TRIGGERS),
    ],
)
def test_categories_of_contracts_are_the_vocabularys(column: str, words: tuple[str, ...]) -> None:
    relation, name = column.split(".")
    assert RELATIONS[relation].column(name).values == words


def test_no_relation_has_words_of_its_own_but_for_the_end_of_a_chain_and_what_happens() -> None:
    words = {
        word
        for name, word in vars(vocabulary).items()
        if isinstance(word, tuple) and name.isupper()
        for word in word
    }
    own = {
        value
        for contract in RELATIONS.values()
        for column in contract.columns
        if column.dtype == CATEGORY
        for value in column.values
    }
    assert own - words - set(HAPPENINGS) == {"fixed", "open"}


def test_the_end_of_a_chain_is_a_resolution_or_an_end_that_was_seen() -> None:
    for name in ("first_event", "outcome"):
        values = set(RELATIONS["error_chains"].column(name).values)
        assert values == {"fixed", "open", *vocabulary.RESOLUTIONS} - {"auto_fixed"}


def test_tables_with_times_are_those_of_the_schema() -> None:
    times = {
        name: tuple(c.name for c in contract.columns if c.unit == "UTC")
        for name, contract in RAW.items()
        if "session_id" in contract.names
    }
    assert times == {name: vocabulary.TIMES[name] for name in times}
    assert times.keys() == vocabulary.TIMES.keys()
    signs = code(SQL / "_session_signs.sql")
    # doubled deliveries are no sign of life: _hook_facts leaves them out
    assert all(f"FROM {'_hook_facts' if name == 'hook_events' else name}" in signs for name in times)


def test_every_event_that_is_handled_or_registered_has_a_name() -> None:
    hooks = json.loads((ROOT / "collector/hooks/hooks.json").read_text(encoding="utf-8"))["hooks"]
    names = {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() for name in {*handlers.HANDLERS, *hooks}}
    assert names <= set(vocabulary.EVENTS)


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def families_written() -> set[str]:
    found = set()
    for path in COLLECTOR.glob("*.py"):
        for call in calls(path):
            if getattr(call.func, "attr", "") == "metric":
                assert isinstance(call.args[0], ast.Constant), f"{path.name}: a family is no plain text"
                found.add(call.args[0].value)
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"session_metrics \([^)]*\)\"\s*\" VALUES \(\?, '(\w+)'", text))
    return found


def test_every_family_that_is_written_is_declared_and_the_other_way_round() -> None:
    assert families_written() == set(vocabulary_keys.METRICS)


def reader(name: str) -> Path:
    """Return the file that a reader's name stands for."""
    places = (
        SQL / f"{name}.sql", COLLECTOR / f"{name}.py", PACKAGE / f"{name.replace('.', '/')}.py",
        PACKAGE / name.replace(".", "/") / "__init__.py",
    )  # fmt: skip
    return next(path for path in places if path.is_file())


def declared() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return (table and column, key, readers) of all keys and families."""
    rows = [
        ("session_metrics.event_type", name, readers)
        for name, (*_, readers) in vocabulary_keys.METRICS.items()
    ]
    for (table, column), keys in vocabulary_keys.KEYS.items():
        rows += [(f"{table}.{column}", key, readers) for key, (_, readers) in keys.items()]
    return rows


def test_whoever_is_said_to_read_a_key_names_it() -> None:
    unread = [
        (name, key)
        for where, key, readers in declared()
        for name in readers
        # what an item of a list holds goes through the relation as it is
        if not (where == "context_snapshots.content" and "." in key)
        and not re.search(
            rf"""["'.\\]{re.escape(key.split(".")[-1])}\\?["']""", reader(name).read_text("utf-8")
        )
    ]
    assert unread == []


@each_row("path", FILES)
def test_sql_that_reads_a_family_or_a_key_is_named_as_a_reader(path: Path) -> None:
    text = code(path)
    parts = [part for part in re.split(r"\n\),|UNION ALL", text) if "session_metrics" in part]
    families = {word for part in parts for column, word in compared(part) if column == "event_type"}
    assert families == {
        name for name, (*_, readers) in vocabulary_keys.METRICS.items() if path.stem in readers
    }
    keys = set(re.findall(r'"(\w+)": "[A-Z]+"', text)) | set(re.findall(r"\$\.(\w+)", text))
    named = {key.split(".")[-1] for _, key, readers in declared() if path.stem in readers}
    assert keys <= named


def test_summaries_hold_what_is_declared() -> None:
    written = set()
    for path in COLLECTOR.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        written |= set(re.findall(r'summary\["(\w+)"\]', text))
    assert {"path", "ok", "dup"} <= written <= set(vocabulary_keys.PAYLOAD_KEYS)


def keys_of(value: Any, below: str = "") -> Iterator[str]:
    """Yield the keys of an object, those of its parts below their own."""
    for key, part in value.items() if isinstance(value, dict) else ():
        yield f"{below}{key}"
        for item in part if isinstance(part, list) else [part]:
            yield from keys_of(item, f"{below}{key}.")


def stored(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute(query) if row[0] is not None]


@each_row(
    "path", [path for path in DATABASES if path.name not in WRITTEN_BY_OTHERS]
)  # fmt: skip
def test_recorded_rows_hold_what_is_declared(path: Path) -> None:
    families = set(stored(path, "SELECT DISTINCT event_type FROM session_metrics"))
    assert families <= set(vocabulary_keys.METRICS)
    assert set(stored(path, "SELECT DISTINCT event_type FROM hook_events")) <= set(vocabulary.EVENTS)
    for (table, column), keys in vocabulary_keys.KEYS.items():
        if table != "session_metrics":
            cells = stored(path, f"SELECT {column} FROM {table}")
            assert {key for cell in cells for key in keys_of(json.loads(cell))} <= set(keys)


def test_lists_of_a_snapshot_are_declared() -> None:
    names = re.findall(
        r'^        "(\w+)": ', Path(on_compactions.__file__).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {"agents", "chains", "pre_snapshot_id"} <= set(names) <= set(vocabulary_keys.SNAPSHOT_KEYS)


@each_row(
    ("message", "tried", "output"),
    [
        (vocabulary.message("pytest -q", "1 failed\nE"), "pytest -q", "1 failed\nE"),
        (vocabulary.message("pytest", ""), "pytest", ""),
        ("$ make", "make", ""),
        ("make\nno", None, "no"),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_a_message_is_read_as_it_is_written(message: str | None, tried: str | None, output: str) -> None:
    assert vocabulary.tried_of(message) == tried
    assert vocabulary.output_of(message) == output


@each_row(
    ("line", "approach"),
    [
        ("x = 1", "Edit a b.py: x = 1"),
        ("d: e", "Edit a b.py: d: e"),
        (None, "Edit a b.py"),
        ("", "Edit a b.py"),
    ],
)
def test_an_approach_is_an_operation_a_file_and_a_line(line: str | None, approach: str) -> None:
    assert vocabulary.approach("Edit", "a b.py", line) == approach


def test_the_option_kind_offers_every_kind_and_all():
    from typing import get_args

    from claudesess.estimating import Kind

    assert get_args(Kind) == (*vocabulary.KINDS, "all")


def spelled_kinds(text: str) -> list[str]:
    """Return the kinds of tries that a comparison spells out: a misspelt one would be false, and nothing more."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare) and ast.unparse(node.left).rpartition(".")[2] == "kind":
            words = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
            found += [word for word in words if word in vocabulary.KINDS]
    return found


@each_row("path", sorted(COLLECTOR.glob("*.py")))
def test_the_collector_asks_for_kinds_by_their_names(path: Path) -> None:
    assert spelled_kinds(path.read_text(encoding="utf-8")) == []


def test_a_kind_that_is_spelled_out_is_seen() -> None:
    assert spelled_kinds('part.kind == "check" or kind not in ("run", RUN) or x.category == "check"') == [
        "check",
        "run",
    ]
