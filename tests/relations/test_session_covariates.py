"""What sets sessions apart, and on which days they were open."""

import pandas as pd
import pytest
from handmade import database, lines, shown, store_of
from tables import each_row

from claudesess import Store, frames, open_store
from claudesess.errors import ClaudesessError, ContractError


def covariates(folder, script):
    with store_of(folder, script) as store:
        return shown(
            frames.session_covariates(store), "session_id,project,model,client_version,instructions,source"
        )


def test_one_row_per_session_with_what_is_known_of_it(tmp_path):
    script = """
        INSERT INTO project_state (key, value) VALUES ('project_dir', '/home/dev/shop');
        INSERT INTO session_metrics (session_id, event_type, key, value, timestamp) VALUES
            ('s', 'session_start', 'model', 'first', '2026-01-01 10:00:00'),
            ('s', 'session_start', 'source', 'startup', '2026-01-01 10:00:00'),
            ('s', 'session_start', 'model', 'last', '2026-01-01 11:00:00'),
            ('s', 'client', 'version', '2.1.9', '2026-01-01 10:00:00'),
            ('s', 'client', 'version', '2.1.10', '2026-01-01 10:00:00'),
            ('s', 'instructions', 'b.md', 'ff', '2026-01-01 10:00:00'),
            ('s', 'instructions', 'CLAUDE.md', 'aa', '2026-01-01 10:00:00'),
            ('s', 'instructions', 'CLAUDE.md', 'bb', '2026-01-01 10:30:00'),
            ('t', 'prompt', 'human', NULL, '2026-01-01 10:00:00');
    """
    assert covariates(tmp_path, script) == lines("""
        session_id,project,model,client_version,instructions,source
        s,/home/dev/shop,last,2.1.10,"CLAUDE.md bb, b.md ff",startup
        t,/home/dev/shop,,,,
    """)


PROJECTS = {
    "('project_dir', '/home/dev/shop')": "/home/dev/shop",
    "('project_dir', '/home/dev/shop/.claude/worktrees/basket')": "/home/dev/shop",
    "('project_dir', '/home/dev/shop/.worktrees/a/deep')": "/home/dev/shop",
    "('project_dir', '/home/dev/worktrees/shop')": "/home/dev/worktrees/shop",
    "('project_dir', '/wt/basket'), ('project_root', '/home/dev/shop')": "/home/dev/shop",
    "('project_dir', '')": "d5",  # as the database is called
    "('language', 'python')": "d6",
}


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    folder = tmp_path_factory.mktemp("projects")
    prompt = "INSERT INTO session_metrics (session_id, event_type, key, timestamp) VALUES ('s', 'prompt', 'human', '2026-01-01');"
    files = [
        database(folder / f"d{n}.db", f"INSERT INTO project_state (key, value) VALUES {state}; {prompt}")
        for n, state in enumerate(PROJECTS)
    ]
    with open_store(*files) as store:
        return frames.load(store, "session_covariates")


@each_row("state", PROJECTS)
def test_worktrees_of_one_repository_are_one_project(projects, state):
    own = projects[projects["db"] == f"d{list(PROJECTS).index(state)}"]
    assert own["project"].tolist() == [PROJECTS[state]]


@each_row(
    ("start", "end", "days"),
    [
        ("2026-01-01T10:00Z", "2026-01-01T11:30Z", [["2026-01-01", 1.5]]),
        (
            "2026-01-01T23:00Z",
            "2026-01-03T01:00Z",
            [["2026-01-01", 1], ["2026-01-02", 24], ["2026-01-03", 1]],
        ),
        ("2026-01-01T23:00Z", "2026-01-02T00:00Z", [["2026-01-01", 1], ["2026-01-02", 0]]),
        ("2026-01-01T10:00Z", "2026-01-01T10:00Z", [["2026-01-01", 0]]),
    ],
)
def test_a_session_open_over_midnight_is_open_on_either_day(start, end, days):
    windows = pd.DataFrame({"session_id": ["s"], "start_at": [start], "end_at": [end]})
    found = Store.from_frames(session_windows=windows).sql(
        "SELECT strftime(day_at, '%Y-%m-%d') AS day, open_h FROM _open_days"
    )
    assert found.values.tolist() == days


@each_row(
    ("signs", "minutes"),
    [
        (["10:00", "10:05", "10:10"], [["2026-01-01", 10.0]]),
        (
            ["10:00", "10:05:01", "10:10"],
            [["2026-01-01", 5 - 1 / 60]],
        ),  # five minutes and a second are a silence
        (["10:00", "11:00"], [["2026-01-01", 0.0]]),
        (["10:26", "10:29", "10:34"], [["2026-01-01", 4.0]]),  # it was closed at 10:30
    ],
)
def test_a_session_is_active_where_signs_are_five_minutes_apart_or_less(signs, minutes):
    windows = pd.DataFrame(
        {"session_id": ["s"], "start_at": ["2026-01-01T10:00Z"], "end_at": ["2026-01-01T10:30Z"]}
    )
    told = pd.DataFrame({"id": range(len(signs)), "session_id": "s", "agent_id": "x", "event_type": "prompt"})
    store = Store.from_frames(
        session_windows=windows, session_metrics=told.assign(timestamp=[f"2026-01-01T{at}Z" for at in signs])
    )
    found = store.sql("SELECT strftime(day_at, '%Y-%m-%d') AS day, 60 * active_h AS minutes FROM _open_days")
    assert found["day"].tolist() == [day for day, _ in minutes]
    assert found["minutes"].tolist() == pytest.approx([n for _, n in minutes])


@pytest.mark.slow
def test_a_store_of_frames_has_their_rows_and_makes_the_rest_of_them():
    calls = pd.DataFrame({"db": ["a", "b"], "session_id": "s", "call_id": [1, 1], "is_ok": [True, None]})
    with Store.from_frames(
        tool_calls=calls, failed_paths=pd.DataFrame({"id": [1], "context": [{"check": "t"}]})
    ) as store:
        assert store.databases["db"].tolist() == ["a", "b"]
        assert frames.tool_calls(store)["is_ok"].tolist() == [True, pd.NA]
        assert frames.failed_paths(store)["context"].tolist() == [{"check": "t"}]
        assert frames.sessions(store).empty
        assert len(frames.coverage(store)) > 0
    with pytest.raises(ClaudesessError, match="There is no relation 'tool_cals'"):
        Store.from_frames(tool_cals=calls)
    with pytest.raises(ContractError, match="call_id is no Int64"):
        Store.from_frames(tool_calls=calls.assign(call_id="x"))
