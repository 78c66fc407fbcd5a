"""`claudesess since`: what happened from a moment on, exact at the moment itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from handmade import database, lines
from script import Script, at, databases, shown_of

from claudesess import open_store
from claudesess.away import command
from claudesess.away.happened import happened
from claudesess.cli import main

SINCE, NOW = datetime(2026, 5, 4, 9, tzinfo=UTC), datetime(2026, 5, 4, 12, tzinfo=UTC)
HOSTILE = "[red]x[/red]\x1b]0;t\x07\u202e\n<b>"


def fact(script: Script, clock: str, family: str, key: str, value: str | None = None) -> Script:
    return script.row(
        "session_metrics", session_id="s", timestamp=at(clock), event_type=family, key=key, value=value
    )


def agent(script: Script, name: str, start: str | None, end: str | None, status: str) -> Script:
    return script.row(
        "agent_registry", id=name, session_id="s", agent_type="Explore", task_description=f"Look {name}",
        spawn_time=start and at(start), end_time=end and at(end), status=status,
    )  # fmt: skip


MOMENT = (
    Script()
    .event("08:59:59.999", "post_tool_use", tool="Read", tool_ms=500, ok=True)
    .event("09:00:00.000", "post_tool_use", tool="Read", tool_ms=0, ok=True)
    .event("09:00:04", "post_tool_use", tool="Bash", tool_ms=5_000, ok=False)  # began a second before
    .event("08:00:00", "user_prompt_submit")
)


def running() -> Script:
    script = Script()
    agent(script, "across", "08:30:00", "09:30:00", "completed")
    agent(script, "before", "08:00:00", "08:59:59", "completed")
    agent(script, "ends-at", "08:00:00", "09:00:00", "completed")
    agent(script, "new", "09:00:00", None, "running")
    agent(script, "silent", "08:10:00", None, "running")  # nothing was seen of it from then on
    agent(script, "start-missed", None, "09:10:00", "failed")
    script.event("08:50:00", "post_tool_use", tool="Read", ok=True, agent_id="across")
    script.event("09:20:00", "post_tool_use", tool="Read", ok=False, agent_id="across")
    return script.row("file_claims", session_id="s", agent_id="across", timestamp=at("09:21:00"), file_path="/w/a.py", operation="Edit")  # fmt: skip


RUNNING = running()
CHAINS = (
    Script()
    .fail("08:00:00", 1, check="over").succeed("08:10:00", check="over")
    .fail("08:20:00", 1, check="closed").succeed("09:10:00", check="closed")
    .fail("08:30:00", 1, check="again").fail("09:20:00", 2, check="again")
    .fail("08:40:00", 1, check="silent")
)  # fmt: skip
WAITS = (
    Script()
    .event("08:00:00", "stop").event("08:30:00", "user_prompt_submit")  # over before
    .event("08:40:00", "stop").event("09:10:00", "user_prompt_submit")  # ten minutes of it since
    .event("09:20:00", "stop").event("09:25:00", "session_end", reason="other")
    .event("11:00:00", "session_start", source="resume").event("11:00:00", "user_prompt_submit")
    .event("11:30:00", "stop")  # waits still
    .event("2026-05-03 11:59:59", "stop", "left")  # a day ago: it was left
    .event("09:30:00", "stop", "silent")
    .event("2026-05-03 12:00:01", "stop", "long")
    .event("09:30:01", "stop", "own").event("09:40:00", "user_prompt_submit", "own")  # the client's own prompt
    .row("session_metrics", session_id="own", timestamp=at("09:40:00"), event_type="prompt", key="machine")
)  # fmt: skip
WAITS.sql = [one.replace("2026-05-04 2026", "2026") for one in WAITS.sql]


def rest() -> Script:
    script = Script()
    for clock, file, who in [("08:59:59", "a", None), ("09:00:00", "a", None), ("09:01:00", "a", "x"), ("09:02:00", "b", None)]:  # fmt: skip
        script.row("file_claims", session_id="s", agent_id=who, timestamp=at(clock), file_path=file, operation="Edit")  # fmt: skip
    for clock, sha in [("08:59:59", "old"), ("09:00:00", "new"), ("09:00:01", "new")]:
        fact(script, clock, "commit", sha, "main")
    for clock in ("08:59:59", "09:00:00"):
        fact(script, clock, "stop_failure", "rate_limit", "try again")
        fact(script, clock, "tokens", f"m{clock}", json.dumps({"model": "opus", "input": 5}))
        script.row("context_snapshots", session_id="s", timestamp=at(clock), snapshot_type="pre_compact",
                   content=json.dumps({"v": 1, "trigger": "auto"}))  # fmt: skip
    return script


REST = rest()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return how to show what happened of one kind in one of the databases, which are asked at once."""
    files = databases(tmp_path_factory.mktemp("since"), [MOMENT, RUNNING, CHAINS, WAITS, REST])
    with open_store(*files.values()) as store:
        every = happened(store, SINCE, NOW)
    return lambda script, name, columns: shown_of(getattr(every, name), files[script], columns)


def test_the_moment_itself_counts_and_what_was_over_before_does_not(found):
    columns = "first_at,last_at,n_prompts,n_calls,n_failed_calls,is_new"
    assert found(MOMENT, "sessions", columns) == lines("""
        first_at,last_at,n_prompts,n_calls,n_failed_calls,is_new
        09:00:00,09:00:04,0,2,1,False
    """)


def test_agents_that_ran_whenever_they_began(found):
    columns = "agent_id,status,spawned_at,ended_at,is_new,n_calls,n_failed_calls,n_files"
    assert found(RUNNING, "agents", columns) == lines("""
        agent_id,status,spawned_at,ended_at,is_new,n_calls,n_failed_calls,n_files
        start-missed,failed,,09:10:00,False,0,0,0
        ends-at,completed,08:00:00,09:00:00,False,0,0,0
        across,completed,08:30:00,09:30:00,False,1,1,1
        new,running,09:00:00,,True,0,0,0
    """)


def test_chains_that_failed_again_or_were_closed(found):
    columns = "started_at,n_attempts,n_failed,closed_at,outcome"
    assert found(CHAINS, "chains", columns) == lines("""
        started_at,n_attempts,n_failed,closed_at,outcome
        08:20:00,1,0,09:10:00,fixed
        08:30:00,2,1,,open
    """)


def test_waits_are_clipped_and_of_one_without_an_end_no_time_is_told(found):
    assert found(WAITS, "waits", "session_id,began_at,over_at,waited_s,may_wait") == lines("""
        session_id,began_at,over_at,waited_s,may_wait
        long,2026-05-03 12:00:01,,,True
        s,08:40:00,09:10:00,600.0,False
        s,09:20:00,09:25:00,300.0,False
        silent,09:30:00,,,True
        s,11:30:00,,,True
    """)


def test_files_commits_compactions_troubles_and_answers(found):
    assert found(REST, "files", "file_path,n_edits,n_by,last_at") == lines("""
        file_path,n_edits,n_by,last_at
        b,1,1,09:02:00
        a,2,2,09:01:00
    """)
    assert found(REST, "commits", "sha,branch,committed_at") == lines("""
        sha,branch,committed_at
        new,main,09:00:00
    """)
    assert found(REST, "compactions", "trigger,started_at") == "trigger,started_at\nauto,09:00:00\n"
    assert found(REST, "troubles", "event,happened_at,what,text") == lines("""
        event,happened_at,what,text
        client_error,09:00:00,rate_limit,try again
    """)
    assert found(REST, "answers", "message_id,input_tokens") == "message_id,input_tokens\nm09:00:00,5\n"


@pytest.fixture
def away(monkeypatch, opened_once):
    """Return the command, run at noon in Berlin's neighbour zone of UTC."""
    monkeypatch.setattr(command, "_now", lambda: NOW)
    monkeypatch.setenv("COLUMNS", "120")

    def ran(*arguments: str, zone: str = "UTC"):
        monkeypatch.setenv("TZ", zone)
        return CliRunner().invoke(main, ["since", *arguments])

    return ran


def busy() -> Script:
    script = (
        Script()
        .event("08:00:00", "session_start", source="startup")
        .event("08:00:01", "user_prompt_submit")
        .fail("08:30:00", 1).fail("09:20:00", 2).succeed("09:40:00")
        .event("09:50:00", "stop")
        .row("failed_paths", session_id="s", timestamp=at("09:20:00"), file_path="/w/a.py", approach="Edit a.py: x")
        .row("file_claims", session_id="s", timestamp=at("09:30:00"), file_path="/w/a.py", operation="Edit")
    )  # fmt: skip
    agent(script, "a", "09:05:00", "09:15:00", "completed")
    fact(script, "09:45:00", "commit", "abc1234", "main")
    fact(script, "09:46:00", "stop_failure", "rate_limit", "try again")
    fact(script, "09:47:00", "tokens", "m", json.dumps({"model": "opus", "input": 2_000_000, "output": 10}))
    return script


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return str(database(tmp_path_factory.mktemp("busy") / "made.db", "".join(busy().sql)))


def test_a_page_line_by_line(away, made):
    done = away("9:00", made)
    assert done.exit_code == 0
    assert done.stdout == lines("""
        Since Mon 4 May 2026 09:00, UTC: 3 h
        1 session in 1 project, 0 begun since, 0 ended
        0 prompts; 2 calls, 1 failed; 0 tasks done, 1 edit rejected by a check
          s  made  09:05–09:46  2 calls, 1 failed  end not seen

        Waits for you: 1; 1 may wait still
          s  made  turn ended 09:50, nothing seen since

        Held up: 1; 1 by errors of the client
          09:46  s  error of the client: rate_limit  try again

        Agents: 1; 1 begun since; 1 completed
          09:05–09:15  Explore: Look a  completed  no call seen

        Failing checks: 1; 1 fixed
          pytest  failed once, and 1 time before; fixed 09:40

        Files edited: 1; 1 edit
          /w/a.py  1 edit, 09:30

        Commits: 1
          09:45  abc1234  main

        None: tool errors, other failures, compactions

        Tokens
          opus: 2,000,000 tokens read, 10 written (1 answer)
    """)


@pytest.mark.slow
def test_of_a_turn_whose_end_was_never_seen_no_hours_are_claimed(away, tmp_path):
    script = Script().event("08:00:00", "stop", "first").event("08:05:00", "user_prompt_submit", "first")
    script.event("08:10:00", "stop", "first")
    made = str(database(tmp_path / "made.db", "".join(script.sql)))
    said = away("2026-05-04 00:00", made).stdout
    assert "Waits for you: 2; 5 min in 1 turn, 1 may wait still" in said
    late = "".join(script.sql).replace("2026-05-04", "2026-05-01")
    said = away("2026-05-01", str(database(tmp_path / "late.db", late))).stdout
    assert "Waits for you: 2; 5 min in 1 turn, of 1 no end was seen\n\n" in said


@pytest.mark.slow
def test_refusals_have_their_reasons_and_tool_errors_stand_apart(away, tmp_path):
    script = Script().row(
        "error_log", session_id="s", timestamp=at("09:01:00"), attempt_number=1, error_message="$ git commit\nE501",
    )  # fmt: skip
    fact(script, "09:01:00", "tool_gated", "u1", '{"tool": "Bash", "error_id": 1}')
    fact(script, "09:01:00", "tool_refused", "Bash", "E501")
    fact(script, "09:02:00", "permission_denied", "Edit", "too risky")
    fact(script, "09:03:00", "tool_error", "Read", "File does not exist.")
    fact(script, "09:04:00", "tool_cancelled", "Read", "u4")
    said = away("9:00", str(database(tmp_path / "made.db", "".join(script.sql)))).stdout
    assert "0 calls, 2 more refused" in said
    assert "Held up: 3; 2 by refusals, 1 by calls cancelled: interrupted, or with another one\n" in said
    assert "  09:01  s  call refused: Bash  E501\n  09:02  s  call refused: Edit  too risky\n" in said
    assert "Tool errors: 1; the tool did nothing\n  09:03  s  Read  File does not exist.\n" in said


@pytest.mark.slow
def test_moments_and_times_are_of_the_readers_zone(away, made):
    berlin = away("11:00", made, zone="Europe/Berlin").stdout
    assert berlin.startswith("Since Mon 4 May 2026 11:00, Europe/Berlin (UTC+02:00): 3 h\n")
    assert "  11:45  abc1234  main\n" in berlin
    assert away("9:00", made, "--utc", zone="Europe/Berlin").stdout == away("9:00", made).stdout


@pytest.mark.slow
def test_dates_of_another_year_have_their_year(away, made):
    assert "  4 May 2026 09:45  abc1234  main" in away("2025-12-01", made).stdout


def test_for_scripts_an_object_per_thing(away, made):
    rows = [json.loads(line) for line in away("9:00", made, "--json").stdout.splitlines()]
    assert [row["thing"] for row in rows] == [
        "sessions", "agents", "chains", "files", "commits", "waits", "troubles", "answers",
    ]  # fmt: skip
    assert rows[4] | {"db": ""} == {
        "thing": "commits", "db": "", "session_id": "s", "sha": "abc1234", "branch": "main",
        "committed_at": "2026-05-04T09:45:00.000000Z",
    }  # fmt: skip


@pytest.mark.slow
def test_ten_of_a_kind_are_listed_or_all(away, tmp_path):
    script = Script()
    for number in range(12):
        script.row("file_claims", session_id="s", timestamp=at("09:30:00"), file_path=f"/w/{number}.py", operation="Edit")  # fmt: skip
    made = str(database(tmp_path / "made.db", "".join(script.sql)))
    few, whole = away("9:00", made).stdout, away("9:00", made, "--all").stdout
    assert (few.count(".py"), "… and 2 more (--all)" in few) == (10, True)
    assert (whole.count(".py"), "more (--all)" in whole) == (12, False)


@pytest.mark.slow
def test_files_are_named_by_where_they_lie_in_the_project(away, tmp_path):
    script = Script().row("hook_events", session_id="s", timestamp=at("09:00:00"), event_type="session_start")
    script.row("project_state", key="project_root", value="/srv/shop", updated_at=at("09:00:00"))
    for path in ("/srv/shop/src/app.py", "/srv/shop/a.py", "/tmp/notes.md"):
        script.row("file_claims", session_id="s", timestamp=at("09:30:00"), file_path=path, operation="Edit")
    told = away("9:00", str(database(tmp_path / "made.db", "".join(script.sql)))).stdout
    named = [line.strip().split("  ")[0] for line in told.splitlines() if "1 edit, " in line]
    assert sorted(named) == ["/tmp/notes.md", "a.py", "src/app.py"]


@pytest.mark.slow
def test_two_databases_are_told_together(away, made, tmp_path):
    other = str(database(tmp_path / "other.db", "".join(busy().sql).replace("abc1234", "def5678")))
    said = away("9:00", made, other).stdout
    assert "2 sessions in 2 projects, 0 begun since" in said
    assert "Commits: 2\n  09:45  abc1234  main\n  09:45  def5678  main\n" in said


@pytest.mark.slow
def test_money_only_from_a_table_of_prices(away, made, tmp_path):
    (tmp_path / "prices.toml").write_text('currency = "USD"\n[models.opus]\ninput = 1.5\n')
    assert "Cost" not in away("9:00", made).stdout
    assert "  Cost: at least 3.00 USD; no price for opus, written (10 tokens)\n" in away(
        "9:00", made, "--prices", str(tmp_path / "prices.toml")
    ).stdout  # fmt: skip


@pytest.mark.slow
def test_nothing_happened(away, made, tmp_path):
    empty = str(database(tmp_path / "empty.db"))
    begin, *steps = away("9:00", empty).stdout.splitlines()
    assert begin.startswith("Nothing was recorded here yet.")
    assert steps[-1] == "  claudesess start --sample  shows a made-up project"
    assert away("9:00", empty, "--json").stdout == ""
    over = Script().event("08:00:00", "session_start").event("08:10:00", "session_end", reason="other")
    quiet = away("9:00", str(database(tmp_path / "over.db", "".join(over.sql)))).stdout
    assert "Nothing happened. A session was last seen on Mon 4 May 2026 08:10.\n" in quiet
    waits = away("11:59", made).stdout  # the session that waited before waits still
    assert "Waits for you: 1; 1 may wait still" in waits
    assert "None: anything that happened in a session, held up" in waits


@pytest.mark.slow
def test_commits_of_imported_sessions_are_not_known(away, tmp_path):
    script = Script()
    script.row("file_claims", session_id="s", timestamp=at("09:30:00"), file_path="/w/a.py", operation="Edit")
    recorded = away("9:00", str(database(tmp_path / "made.db", "".join(script.sql)))).stdout
    script.event("09:31:00", "post_tool_use", tool="Read", imported=True, tool_ms=5_000)
    imported = away("9:00", str(database(tmp_path / "imported.db", "".join(script.sql)))).stdout
    assert ("commits" in recorded.partition("None: ")[2], "Not known of" in recorded) == (True, False)
    assert "Not known of imported sessions: commits" in imported


@pytest.mark.slow
def test_text_of_a_database_does_nothing_to_a_terminal(away, tmp_path):
    quoted = "".join(busy().sql)
    for text in ("abc1234", "/w/a.py", "Look a", "rate_limit", "try again", "opus"):
        quoted = quoted.replace(text, HOSTILE)
    quoted = quoted.replace(f'"{HOSTILE}"', json.dumps(HOSTILE))
    said = away("9:00", str(database(tmp_path / "made.db", quoted))).stdout
    assert said.count("[red]x[/red]") == 6
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


def test_what_is_no_moment_is_a_sentence(away, made):
    done = away("six", made)
    assert (done.exit_code, done.output.startswith("Error: 'six' is no moment. Say ")) == (1, True)
