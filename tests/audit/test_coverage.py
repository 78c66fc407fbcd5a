"""What coverage says of a database, value by value."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import database, lines, shown, store_of

from claudesess import frames, open_store
from claudesess.contracts import COVERAGE, RELATIONS

AT = "2026-05-04 09:0"
ERROR = f"INSERT INTO error_log (session_id, timestamp, attempt_number) VALUES ('s', '{AT}1:00', 2);"


def test_coverage_value_by_value(tmp_path: Path) -> None:
    script = f"""
        INSERT INTO project_state VALUES ('schema_writer', 'claudesess/0.1.0', '{AT}0:00');
        INSERT INTO error_log (session_id, timestamp, agent_id, file_path) VALUES
            ('s', '{AT}1:00', 'a', NULL), ('s', '{AT}3:00', '', '/w/a.py'), ('s', 'noon', NULL, '/w/a.py');
        INSERT INTO hook_events (timestamp, payload_summary) VALUES ('{AT}2:00', 'text');
        DROP TABLE llm_verdicts;
    """
    with store_of(tmp_path, script) as store:
        frame = frames.coverage(store)
    assert frame.columns.tolist() == COVERAGE.names
    assert frame.relation.tolist() == list(RELATIONS)
    wanted = ["error_log", "hook_events", "llm_verdicts", "agent_runs", "error_chains"]
    assert shown(frame[frame.relation.isin(wanted)]).replace("2026-05-04 ", "").replace(
        "+00:00", ""
    ) == lines("""
        db,writer,relation,n_rows,n_without_agent,n_without_file,n_without_time,first_at,last_at,n_unreadable,is_answerable,note
        made,claudesess/0.1.0,error_log,3,2,1,1,09:01:00,09:03:00,1,True,
        made,claudesess/0.1.0,hook_events,1,,,0,09:02:00,09:02:00,1,True,
        made,claudesess/0.1.0,llm_verdicts,0,,,,,,0,False,the table is missing
        made,claudesess/0.1.0,agent_runs,0,,,,,,0,False,nothing to derive it from
        made,claudesess/0.1.0,error_chains,2,1,1,0,09:01:00,09:03:00,0,True,"some failures name no check: their chains are guessed from file and category, with no close"
    """)


@pytest.mark.slow
def test_coverage_of_two_databases(tmp_path: Path) -> None:
    with open_store(database(tmp_path / "a.db"), database(tmp_path / "b.db", ERROR)) as store:
        frame = frames.coverage(store)
    assert len(frame) == 2 * len(RELATIONS)
    assert frame[frame.is_answerable].groupby("db").relation.apply(list).to_dict() == {
        "b": [
            *[
                "error_log",
                "sessions",
                "session_windows",
                "error_chains",
                "error_attempts",
                "session_covariates",
            ]
        ]
    }
