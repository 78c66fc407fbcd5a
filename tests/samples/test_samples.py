"""What the data sheets say of the samples is true of their databases."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from tables import each_row

from claudesess import paths, samples
from claudesess.errors import ClaudesessError
from claudesess.samples.__main__ import main as build_samples


def ask(name: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query to a sample."""
    path = f"{samples.sample_path(name).as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        return connection.execute(query).fetchall()


AGENTS = "SELECT agent_type, status FROM agent_registry ORDER BY spawn_time"
FAILURES = "SELECT attempt_number, resolution, error_category FROM error_log ORDER BY id"
REJECTED = "SELECT approach, still_relevant FROM failed_paths ORDER BY id"
CLAIMS = "SELECT operation, count(*) FROM file_claims GROUP BY 1 ORDER BY 1"
PROMPTS = "SELECT key, count(*) FROM session_metrics WHERE event_type = 'prompt' GROUP BY 1 ORDER BY 1"
ENDS = "SELECT count(*) FROM session_metrics WHERE event_type = 'session_end' AND key = 'end_time'"
SOURCES = (
    "SELECT value FROM session_metrics WHERE event_type = 'session_start' AND key = 'source' ORDER BY id"
)
VERDICTS = "SELECT hook_event, decision, reason FROM llm_verdicts ORDER BY id"
SNAPSHOTS = "SELECT snapshot_type FROM context_snapshots ORDER BY id"
PARENTS = "SELECT key, value FROM session_metrics WHERE event_type = 'subagent_parent' ORDER BY id"
METRIC = "SELECT key FROM session_metrics WHERE event_type = '{}' ORDER BY id"

TRUE_OF = [
    ("retry", SOURCES, [("startup",)]),
    ("retry", ENDS, [(1,)]),
    (
        "retry",
        AGENTS,
        [("general-purpose", "completed"), ("Explore", "completed"), ("general-purpose", "completed")],
    ),
    (
        "retry",
        FAILURES,
        [
            (1, "abandoned", "runtime"),  # a program that does not exist
            (1, None, "test"),
            (2, None, "test"),
            (3, "escalated_research", "test"),
        ],
    ),
    ("retry", CLAIMS, [("Edit", 5), ("Write", 2)]),
    ("retry", PROMPTS, [("human", 1), ("machine", 3)]),
    ("compaction", SOURCES, [("startup",), ("compact",), ("compact",)]),
    (
        "compaction",
        SNAPSHOTS,
        [("pre_compact",), ("post_compact",), ("pre_compact",), ("post_compact",), ("session_end",)],
    ),
    ("compaction", METRIC.format("compaction"), [("manual",), ("manual",)]),
    ("compaction", FAILURES, [(1, None, "test"), (2, "escalated_user", "test"), (3, "auto_fixed", "test")]),
    (
        "compaction",
        REJECTED,
        [
            ("Edit calc.py: return sum(xs) / 1", 0),
            ("Edit calc.py: return sum(xs) / 7", 0),
            ("Edit calc.py: return sum(xs) / 1", 0),
        ],
    ),
    ("compaction", AGENTS, []),
    ("compaction", PROMPTS, [("human", 3)]),
    ("crash", SOURCES, [("startup",), ("startup",)]),
    ("crash", ENDS, [(1,)]),
    ("crash", AGENTS, [("general-purpose", "running")]),
    ("crash", FAILURES, []),
    ("crash", METRIC.format("permission_request"), [("Bash",), ("Edit",), ("Bash",)]),
    ("crash", METRIC.format("stop_failure"), [("unknown",)]),
    (
        "verdict",
        VERDICTS,
        [
            ("TaskCompleted", "block", "tests were not run after the edit"),
            ("TaskCompleted", "allow", None),
            ("TaskCompleted", "allow", None),
            ("Stop", "block", "tests were not run after the edit"),
            ("Stop", "allow", None),
        ],
    ),
    ("verdict", METRIC.format("task_created"), [("1",), ("2",)]),
    ("verdict", METRIC.format("task_completed"), [("1",), ("2",)]),
    ("verdict", FAILURES, [(1, "auto_fixed", "test")]),
    ("edges", AGENTS, [("general-purpose", "completed"), ("general-purpose", "completed")]),
    ("edges", PARENTS, [("a00b21414ca4524f7", None), ("a82947164f2a1ddd3", "a00b21414ca4524f7")]),
    ("edges", "SELECT count(*), max(attempt_number) FROM error_log", [(5, 1)]),
    ("edges", CLAIMS, [("Bash", 1), ("NotebookEdit", 1), ("Write", 4)]),
    ("edges", "SELECT count(*) FROM file_claims WHERE file_path LIKE '%/données/été 1.txt'", [(1,)]),
    ("piped", "SELECT count(*) FROM hook_events WHERE event_type = 'post_tool_use_failure'", [(0,)]),
    ("piped", FAILURES, [(1, None, "test"), (2, "auto_fixed", "test")]),
    ("piped", "SELECT count(*) FROM error_log WHERE error_message LIKE '%\nexit status hidden\n%'", [(2,)]),
]


@each_row(("name", "query", "expected"), TRUE_OF)
def test_a_story_holds_what_its_data_sheet_says(
    name: str, query: str, expected: list[tuple[Any, ...]]
) -> None:
    assert ask(name, query) == expected


@each_row("name", ["compaction", "crash", "edges", "piped", "retry", "verdict", "workshop"])
def test_the_collector_failed_at_no_event_of_a_sample(name: str) -> None:
    assert ask(name, "SELECT count(*) FROM hook_events WHERE exit_code != 0") == [(0,)]


def test_a_piped_check_without_a_summary_says_nothing_either_way() -> None:
    said = [json.loads(row[0]) for row in ask("piped", "SELECT payload_summary FROM hook_events ORDER BY id")]
    runs = [one.get("ok") for one in said if one.get("tool") == "Bash" and "aim" in one]
    assert runs == [False, False, None, True]


def test_secrets_of_the_recorded_output_are_not_in_the_database() -> None:
    stream = (samples.sample_path("edges").parent / "hooks.jsonl").read_bytes()
    database = samples.sample_path("edges").read_bytes()
    for secret in (b"wJalrXUtnFEMI", b"sk-ant-api03", b"hunter2"):
        assert secret in stream
        assert secret not in database


def test_an_unknown_sample_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(ClaudesessError) as refused:
        samples.sample_path("../retry")
    assert str(refused.value) == f"no sample named '../retry'; there are: {', '.join(samples.names())}"
    assert {"compaction", "crash", "edges", "piped", "retry", "verdict", "workshop"} <= set(samples.names())


@pytest.mark.slow
def test_samples_are_built_from_the_command_line(tmp_path: Any) -> None:
    build_samples(["build", "piped", "--into", str(tmp_path)])
    assert (tmp_path / "piped/piped.db").read_bytes()[:15] == b"SQLite format 3"
    with pytest.raises(ClaudesessError, match="'nothing' is not replayed from a stream"):
        build_samples(["build", "nothing"])


def test_the_packages_own_folders_are_found() -> None:
    assert (paths.collector_dir() / "schema.sql").is_file()
    assert (paths.samples_dir() / "retry/retry.db").is_file()
    assert paths.notebooks_dir().is_dir()


def test_a_sample_opens_under_its_own_name() -> None:
    opened = samples.open_sample("retry")
    assert list(opened.databases["db"]) == ["retry"]
    assert len(opened.problems) == 0
