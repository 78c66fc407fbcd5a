"""`claudesess show`: one session's lanes and story at any width, and who is asked for when several are meant."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from handmade import database, lines
from script import Script, at
from tables import each_row

from claudesess import samples
from claudesess.cli import main
from claudesess.report.lanes import Block, Lane, Mark, Picture, Tick
from claudesess.showing import lanes

HOSTILE = "[red]x[/red]\x1b]0;t\x07\u202e\n<b>"


def story() -> Script:
    script = (
        Script()
        .event("09:00:00", "session_start", source="startup")
        .event("09:00:00", "user_prompt_submit")
        .event("09:00:10", "post_tool_use", tool="Edit", tool_ms=5000, ok=True, path="/w/a.py", snippet="x = 1")
        .fail("09:00:20", 1)
        .row("agent_registry", id="a", session_id="s", agent_type="Explore", task_description="Look",
             spawn_time=at("09:00:30"), end_time=at("09:00:40"), status="completed")
        .event("09:00:40", "stop")
        .event("09:00:50", "user_prompt_submit")
        .event("09:01:00", "session_end", reason="clear")
    )  # fmt: skip
    answer = {"model": "opus-4", "input": 1000, "output": 20}
    return script.row("session_metrics", session_id="s", timestamp=at("09:00:05"), event_type="tokens", key="m",
                      value=json.dumps(answer))  # fmt: skip


pytestmark = pytest.mark.usefixtures("opened_once")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return str(database(tmp_path_factory.mktemp("made") / "made.db", "".join(story().sql)))


def show(*arguments: str, width: int = 80, **env: str):
    return CliRunner().invoke(main, ["show", "--utc", *arguments], env={"COLUMNS": str(width), **env})


def text(done) -> str:
    assert done.exit_code == 0, done.output
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def test_a_session_line_by_line(made):
    assert text(show("s", made)) == lines("""
        s  made
        Mon 4 May 2026 09:00 – 09:01, UTC; 1 min; ended: the context was cleared
        Model opus-4; 2 prompts, 2 calls, 1 failed, 1 agent, 0 compactions, 0 files
        Tokens: opus-4: 1,000 tokens read, 20 written (1 answer)

        About:       Agents were sent to: Look
        Done:        No file was edited, as far as was seen.
        Went wrong:  pytest failed once, and no end was seen

        Main thread and 1 agent: 1 failed call, 0 compactions.
        Main thread    ▸    █████           ✗                     ···········▸
        Explore: Look                                  ───────────
                       4 May 09:00:00       09:00:20   09:00:30   09:00:40   09:00:50
        · waited for the user  ─ agent ran  █ calls  ▸ prompt  ✗ failed or refused

        Mon 4 May 2026
        09:00:00  Session started
        09:00:00  Prompt
        09:00:05  Edit /w/a.py  5 s  x = 1
        09:00:20  pytest failed once, and no end was seen
        09:00:30  Agent Explore: Look  10 s
        09:00:40  The turn ended; it waited for the user  10 s
        09:00:50  Prompt
        09:01:00  Session ended: the context was cleared
    """)


def test_without_a_name_the_session_seen_last_is_shown(tmp_path, monkeypatch):
    assert text(show("--sample")).startswith("2c63c076-11af")
    script = "INSERT INTO project_state VALUES ('a', 'b', NULL);"
    database(tmp_path / ".claude-session.db", script)
    monkeypatch.chdir(tmp_path)
    said, *steps = show().output.splitlines()
    assert said.startswith("Error: There is no session in these databases yet.")
    assert steps[-1] == "    claudesess start --sample  shows a made-up project"


def test_a_narrow_terminal_has_names_above_their_lanes(made):
    shown = text(show("s", made, width=40)).splitlines()
    place = shown.index("Main thread")
    assert shown[place + 1] == "▸  ███       ✗            ·······▸"
    assert shown[place + 2 : place + 4] == ["Explore: Look", "                    ──────"]


def test_a_wide_terminal_is_used(made):
    wide = next(
        line for line in text(show("s", made, width=200)).splitlines() if line.startswith("Main thread  ")
    )
    assert 140 < len(wide) <= 200


@each_row("width", [20, 40, 63, 64, 80, 200])
def test_no_lane_is_wider_than_the_terminal(width):
    picture = Picture(
        [
            Lane("漢字" * 30, [Block("ran", 0, 100, ""), Block("work", 99.9, 0.35, "")], [Mark("failure", 100, "", "")]),
            Lane("b", [], [Mark("prompt", 50, "", ""), Mark("failure", 50, "", "")]),
        ],
        [Tick(0, "4 May 09:00", False), Tick(98, "09:59", False), Tick(40, "2 h without anything", True)],
        3, "",
    )  # fmt: skip
    from rich.cells import cell_len

    drawn = [line.plain for line in lanes.lines(picture, width)]
    lane = drawn[1] if width < 64 else drawn[0]
    assert lane.endswith("✗")
    assert (drawn[3] if width < 64 else drawn[1]).count("✗") == 1  # over the prompt of the same column
    assert all(cell_len(line) <= width for line in drawn[: 5 if width < 64 else 3])
    assert "3 more agents without a lane here." in drawn
    alone = [line.plain for line in lanes.lines(picture._replace(n_hidden=1), width)]
    assert "1 more agent without a lane here." in alone


def test_all_of_it_unfolds_calls_and_texts(made):
    shown = text(show("s", made, "--all"))
    assert "  $ pytest\n" in shown and "Bash failed /w/a.py" in shown
    assert "$ pytest" not in text(show("s", made))


def test_what_it_cost_where_there_are_prices(made, tmp_path):
    (tmp_path / "prices.toml").write_text('currency = "EUR"\n[models."opus-4"]\ninput = 5\noutput = 25\n')
    priced = text(show("s", made, "--prices", str(tmp_path / "prices.toml")))
    assert "        Cost: 0.0055 EUR\n" in priced
    refused = show("s", made, "--prices", str(tmp_path / "none.toml"))
    assert (refused.exit_code, "cannot be read" in refused.output) == (1, True)


def test_nothing_is_coloured_where_nobody_looks(made):
    assert "\x1b" not in show("s", made).stdout
    assert "\x1b" in show("s", made, FORCE_COLOR="1").stdout


def test_what_is_faint_or_bold_ends_where_words_of_another_kind_begin(made):
    coloured = show("s", made, FORCE_COLOR="1", TERM="xterm-256color").stdout
    (started,) = (line for line in coloured.splitlines() if "Session started" in line)
    assert started.endswith("  \x1b[0mSession started")  # the clock is faint, what happened is not
    (main,) = (line for line in coloured.splitlines() if "Main thread  " in line)
    assert main.startswith("\x1b[1mMain thread") and "\x1b[1;34m" not in main and "\x1b[34m" in main


def test_a_terminal_that_has_ascii_only(made):
    runner = CliRunner(charset="ascii")
    done = runner.invoke(main, ["show", "--utc", "s", made], env={"COLUMNS": "80"})
    assert done.exit_code == 0
    assert done.stdout.isascii()
    assert ">    =====           x" in done.stdout


@pytest.mark.slow
def test_text_of_a_database_does_nothing_to_a_terminal(tmp_path):
    script = (
        Script()
        .row("agent_registry", id="a", session_id="s", agent_type=HOSTILE, task_description=HOSTILE,
             spawn_time=at("09:00:30"), end_time=at("09:00:40"), status="completed")
        .event("09:00:41", "post_tool_use", tool=HOSTILE, ok=True, path=HOSTILE, agent_id="a", snippet=HOSTILE)
        .fail("09:00:42", 1, error_message=HOSTILE, file_path=HOSTILE)
    )  # fmt: skip
    made = str(database(tmp_path / "made.db", "".join(script.sql)))
    for arguments in (["s", made], ["s", made, "--all"]):
        for width in (40, 100):
            shown = text(show(*arguments, width=width))
            assert "[red]x[/red]" in shown
            assert not {"\x1b", "\x07", "\u202e"} & set(shown)


@pytest.mark.slow
def test_times_that_are_not_known_are_no_lanes(tmp_path):
    script = "INSERT INTO session_metrics (session_id, timestamp, event_type, key) VALUES ('s', NULL, 'prompt', 'human');"
    shown = text(show("s", str(database(tmp_path / "made.db", script))))
    assert "its times are not known" in shown
    assert shown.endswith("–         Prompt\n")


@pytest.mark.slow
def test_the_beginning_of_an_id_is_enough_and_several_are_listed():
    crash = str(samples.sample_path("crash"))
    assert text(show("33333333-b", crash)).startswith("33333333-bbbb-4000-8000-000000000003  ")
    several = show("3333", crash)
    assert several.exit_code == 1
    assert "2 sessions begin with '3333':" in several.output
    assert several.output.count("33333333-") == 2 and " UTC" in several.output
    assert "No session begins with 'x'" in show("x", crash).output


@pytest.mark.slow
def test_a_session_of_two_databases_is_shown_of_each(tmp_path):
    for name in ("left", "right"):
        database(tmp_path / f"{name}.db", "".join(story().sql))
    shown = text(show("s", str(tmp_path / "left.db"), str(tmp_path / "right.db")))
    assert [line for line in shown.splitlines() if line.startswith(("s  ", "The same"))] == [
        "s  left", "The same session in another database, 2:", "s  right",
    ]  # fmt: skip


def test_nothing_recorded(tmp_path):
    done = show("s", str(database(tmp_path / "empty.db")))
    assert (done.exit_code, "No session begins with 's'" in done.output) == (1, True)
