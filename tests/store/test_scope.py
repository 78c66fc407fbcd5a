"""A store of some sessions: those that began in a time, those of some projects; each in or out as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from counts import slow
from handmade import database, lines, shown
from script import Script, at
from tables import each_row

import claudesess
from claudesess import ClaudesessError, frames, open_store, samples
from claudesess.contracts import RAW, RELATIONS
from claudesess.store import scope

MIDDLE = "2026-10-12T10:00:00Z"


def sessions(store) -> list[str]:
    return store.sql("SELECT session_id FROM sessions ORDER BY session_id")["session_id"].tolist()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Sessions that began at 9, 10 and 11 o'clock, one without times, and rows without a session."""
    script = (
        Script()
        .event("09:00:00", "session_start", "nine", source="startup")
        .event("11:30:00", "post_tool_use", "nine", tool="Read", ok=True)
        .event("10:00:00", "session_start", "ten", source="startup")
        .event("10:30:00", "stop", "ten")
        .event("11:00:00", "stop", "eleven")
        .row("error_log", session_id="timeless", timestamp=None)
        .event("09:59:59", "unparsed", None)
        .event("10:00:00", "unparsed", None)
        .row("project_state", key="project_dir", value="/home/me/shop")
    )
    return database(tmp_path / "made.db", "".join(script.sql))


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        slow(None, None, ["eleven", "nine", "ten", "timeless"]),
        ("10:00:00", None, ["eleven", "ten"]), slow("10:00:00.001", None, ["eleven"]), (None, "10:00:00", ["nine"]),
        slow(None, "10:00:00.001", ["nine", "ten"]), slow("09:00:00", "11:00:00", ["nine", "ten"]),
        slow("12:00:00", None, []), slow(None, "01:00:00", []),
    ],
)  # fmt: skip
def test_sessions_that_began_from_one_moment_on_and_before_another(made, since, until, found):
    with open_store(made, since=since and at(since), until=until and at(until)) as store:
        assert sessions(store) == found


def test_a_session_is_in_or_out_as_a_whole_and_who_went_on_is_counted(made):
    with open_store(made, since=at("10:00:00")) as store:
        assert store.sql("SELECT * FROM tool_calls").empty  # of nine, though after ten o'clock
        problems = shown(store.problems, "db,problem,severity,count,example")
    assert problems == lines("""
        db,problem,severity,count,example
        made,"1 session that began before since, and went on after it, was left out",info,1,nine
    """)
    with open_store(made, until=at("09:00:01")) as store:
        assert len(store.sql("SELECT * FROM tool_calls")) == 1  # of nine, though after until
        assert store.problems.empty


@pytest.mark.slow
def test_a_part_of_a_store_tells_what_was_left_out_of_its_own_databases(made, tmp_path):
    other = database(tmp_path / "other.db", "".join(Script().event("10:00:00", "session_start", "ten").sql))
    with open_store(made, other, since=at("10:00:00")) as store:
        for db, left_out in (("made", ["nine"]), ("other", [])):
            part = store.of([db])
            assert part.problems["example"].dropna().tolist() == left_out
            part.leave()


@pytest.mark.slow
def test_rows_without_a_session_count_by_their_own_time(made):
    query = "SELECT \"timestamp\" FROM hook_events WHERE event_type = 'unparsed'"
    for bounds, n in (({}, 2), ({"since": at("10:00:00")}, 1), ({"until": at("10:00:00")}, 1)):
        with open_store(made, **bounds) as store:
            assert len(store.sql(query)) == n


def test_rows_are_counted_as_they_are_in_the_store(made):
    with open_store(made, since=at("10:00:00")) as store:
        about = store.databases.iloc[0]
        assert (about["n_hook_events"], about["n_error_log"], about["n_project_state"]) == (4, 0, 1)
        assert repr(store) == "<Store: 1 database, 4 hook events, 1 problem>"
    assert repr(store) == "<Store: 1 database, 4 hook events, 1 problem, closed>"


@pytest.mark.slow
def test_two_stores_that_meet_share_nothing_and_are_all_together():
    path = samples.sample_path("workshop")
    with open_store(path) as every, open_store(path, until=MIDDLE) as before, open_store(path, since=MIDDLE) as after:  # fmt: skip
        early = set(sessions(before))
        assert early and early.isdisjoint(sessions(after))
        assert early.union(sessions(after)) == set(sessions(every))
        for name in RELATIONS:
            if "session_id" not in RELATIONS[name].names:
                continue
            whole = frames.load(every, name)
            is_early = whole["session_id"].isin(early)
            for part, store in ((whole[is_early], before), (whole[~is_early], after)):
                pd.testing.assert_frame_equal(part.reset_index(drop=True), frames.load(store, name), obj=name)


@pytest.mark.slow
def test_measures_are_of_what_is_there():
    path = samples.sample_path("workshop")
    with open_store(path) as every, open_store(path, since=MIDDLE) as after:
        units = claudesess.ask(every, "retry_escalation.failures").units
        later = claudesess.ask(after, "retry_escalation.failures").units
    own = units[units["session_id"].isin(later["session_id"])].reset_index(drop=True)
    assert 0 < len(later) < len(units)
    pd.testing.assert_frame_equal(later, own)


@each_row(
    "moment",
    [date(2026, 10, 12), datetime(2026, 10, 12), datetime(2026, 10, 12, tzinfo=UTC), "2026-10-12", pd.Timestamp("2026-10-12"),
     "2026-10-12T02:00+02:00", pd.Timestamp("2026-10-12 02:00", tz="Europe/Berlin")],
)  # fmt: skip
def test_a_moment_in_every_form(moment):
    asked = scope.scope(moment, moment + pd.Timedelta("1D") if isinstance(moment, date) else None, None, UTC)
    assert asked.since == datetime(2026, 10, 12, tzinfo=UTC)
    assert asked.until in (None, datetime(2026, 10, 13, tzinfo=UTC))


@pytest.mark.slow
def test_the_sample_from_a_moment_on():
    query = "SELECT session_id FROM sessions WHERE started_at >= '2026-10-12' ORDER BY session_id"
    path = samples.sample_path("workshop")
    with open_store(path) as every, open_store(path, since=date(2026, 10, 12)) as store:
        assert sessions(store) == every.sql(query)["session_id"].tolist()


def in_project(folder: Path, name: str, **state: str) -> Path:
    script = Script().event("09:00:00", "stop", name)
    for key, value in state.items():
        script.row("project_state", key=key, value=value)
    return database(folder / f"{name}.db", "".join(script.sql))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("projects", "found"),
    [
        (None, ["api", "shop", "silent", "tree"]), ("shop", ["shop", "tree"]), ("/home/me/shop", ["shop", "tree"]),
        (["shop", "api"], ["api", "shop", "tree"]), ("silent", ["silent"]), ("~/shop", ["shop", "tree"]), ("../me/api", ["api"]),
    ],
)  # fmt: skip
def test_projects_by_path_or_last_part_with_their_worktrees(tmp_path, monkeypatch, projects, found):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setattr(Path, "absolute", lambda self: Path("/home/me/api") if str(self) == "../me/api" else self)  # fmt: skip
    paths = [
        in_project(tmp_path, "shop", project_dir="/home/me/shop"),
        in_project(tmp_path, "tree", project_dir="/home/me/shop/.worktrees/x"),
        in_project(tmp_path, "api", project_dir="/elsewhere/api", project_root="/home/me/api"),
        in_project(tmp_path, "silent"),
    ]
    with open_store(*paths, projects=projects) as store:
        assert sessions(store) == found
        assert sorted(store.databases["db"]) == found


@pytest.mark.slow
def test_projects_and_time_together(made, tmp_path):
    other = in_project(tmp_path, "other", project_dir="/home/me/api")
    with open_store(made, other, projects="shop", since=at("10:00:00")) as store:
        assert sessions(store) == ["eleven", "ten"]
        assert store.databases["db"].tolist() == ["made"]


@pytest.mark.slow
def test_an_empty_database_and_one_in_which_nothing_began(tmp_path, made):
    for path in (database(tmp_path / "empty.db"), made):
        with open_store(path, since="2030-01-01") as store:
            assert sessions(store) == []
            assert all(
                frames.load(store, name).empty for name in RELATIONS if name not in ("project_state", *RAW)
            )
            assert claudesess.ask(store, "retry_escalation.failures").finding() == ""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "yesterday"}, "since is 'yesterday'; it must be a date or a time"),
        ({"since": "10"}, "since is '10'"), ({"until": 5}, "until is 5"), ({"since": ""}, "since is ''"),
        ({"since": "NaT"}, "since is 'NaT'"), ({"since": "2026-02-30"}, "since is '2026-02-30'"),
        ({"since": "99999-01-01"}, "since is '99999-01-01'"),
        ({"since": "2026-10-12", "until": "2026-10-12"}, "since has to be before until"),
        ({"projects": []}, "projects is"), ({"projects": ""}, "projects is ''"), ({"projects": [3]}, "projects is"),
        ({"projects": "nothing"}, r"There is no project 'nothing'. There are: /home/me/shop\."),
        ({"projects": ["shop", "nothing"]}, "There is no project 'nothing'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(made, asked, said):
    with pytest.raises(ClaudesessError, match=said):
        open_store(made, **asked)
