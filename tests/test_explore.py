"""The explorer: controls from the measures themselves; finding, chart, sessions and script for what is chosen."""

import asyncio
import functools
import json
import threading

import ipywidgets as widgets
import pandas as pd
import pytest
from counts import some
from handmade import store_of

import claudesess
from claudesess import ask, contracts, explore, open_store, samples
from claudesess.asking import listing
from claudesess.asking.answer import Answer
from claudesess.charts import offline
from claudesess.errors import QuestionError
from claudesess.lab import drawing, picking, session_table
from claudesess.lab.explorer import Explorer
from claudesess.lab.later import Later

NAMES = [name for question in listing.questions() for name in listing.names(question)]
CHAINS = "retry_escalation.outcome_by_attempt"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store():
    with samples.open_sample("workshop") as opened:
        yield opened


@pytest.fixture
def explorer(store):
    return claudesess.explore(store, CHAINS)


def test_it_offers_every_measure_and_each_has_an_answer(explorer):
    assert [value for _, value in explorer.question.options] == NAMES
    for name in some(NAMES, 10):  # each has its chart in test_measure_contract.py
        explorer.question.value = name
        assert explorer.answer.measure.name == name
        assert explorer.drawing.spec["config"], name
        assert explorer._working.value == ""


def test_options_and_groups_come_from_the_measure_and_act(explorer):
    explorer.question.value = "compaction_continuity.failures_around"
    assert isinstance(explorer.options["k"], widgets.BoundedIntText)
    assert explorer.options["k"].min == 1
    before = explorer.answer.estimates["exposure"].max()
    explorer.options["k"].value = 2
    assert explorer.answer.estimates["exposure"].max() < before
    explorer.by.value = "trigger"
    assert set(explorer.answer.estimates["group"]) == {"auto", "manual"}
    explorer.question.value = CHAINS
    assert isinstance(explorer.options["kind"], widgets.Dropdown)
    assert explorer.answer.estimates["group"].isna().all()


def test_the_state_says_what_the_answer_is_made_of(store):
    explorer = explore(store, CHAINS, since="2026-10-14")
    assert explorer._sentence == (
        "16 of 33 sessions, 1,089 calls; counted: 85 of 164, each one chain of failures; since 14 Oct 2026 00:00 UTC."
    )
    assert explorer.sessions["n_units"].sum() == 85
    assert len(explorer.sessions) == 16


def test_a_choice_of_sessions_narrows_the_answer_and_not_the_table(explorer):
    n_listed = len(explorer.table.counted)
    key = next(iter(explorer.table.counted))
    explorer.table.chosen = [key]
    assert explorer.sessions["session_id"].tolist() == explorer.answer.units["session_id"].unique().tolist()
    assert len(explorer.sessions) == 1
    assert len(explorer.table.counted) == n_listed == 31
    explorer.table.chosen = []
    assert len(explorer.answer.units) == 164


def test_a_filter_that_a_question_does_not_have_is_told_and_left_out(explorer):
    explorer.agents.value = ("general-purpose",)
    assert len(explorer.answer.units) == 65
    explorer.question.value = "retry_escalation.repeats"
    assert explorer._sentence.endswith("not filtered: agents (one approach has none).")
    assert explorer.selection.where == {}


def test_a_stretch_that_is_dragged_becomes_since_and_until(explorer):
    _drag(explorer, "2026-10-06 00:00:10", "2026-10-08 11:59:30")
    assert (explorer.since.value, explorer.until.value) == ("2026-10-06 00:00", "2026-10-08 12:00")
    at = explorer.answer.units["started_at"]
    assert at.min() >= pd.Timestamp("2026-10-06", tz="UTC")
    assert at.max() < pd.Timestamp("2026-10-08 12:00", tz="UTC")
    _drag(explorer)
    assert explorer.since.value == explorer.until.value == ""
    assert len(explorer.answer.units) == 164


@pytest.mark.parametrize(("name", "time"), [("since", "2030-01-01"), ("until", "2020-01-01")])
def test_a_time_outside_of_all_leaves_nothing_and_stays_as_it_was_given(explorer, name, time):
    getattr(explorer, name).value = time
    assert len(explorer.answer.units) == 0
    assert "Nothing of this is in what is chosen" in explorer._shown.value
    assert '"value": {"x": [' not in json.dumps(explorer.picker.spec)  # a stretch that ends before it begins
    assert (explorer.since.value, explorer.until.value).count("") == 1


def test_a_time_that_is_none_is_refused_in_words_and_the_last_answer_stays(explorer):
    explorer.since.value = "yesterday-ish"
    assert "Not possible:</b> since is &#x27;yesterday-ish&#x27;" in explorer._working.value
    assert len(explorer.answer.units) == 164
    explorer.since.value = ""
    assert explorer._working.value == ""


def test_a_click_on_a_group_keeps_that_group(explorer):
    explorer.by.value = "agent_type"
    _click(explorer, "general-purpose")
    assert set(explorer.answer.units["agent_type"]) == {"general-purpose"}
    assert explorer.selection.where == {"agent_type": ["general-purpose"]}
    explorer.by.value = "error_category"
    assert len(explorer.answer.units) == 164


def test_a_session_that_is_opened_is_told_below(explorer):
    explorer.table.opened = next(iter(explorer.table.counted))
    assert "Who did what when" in explorer.table.page
    assert "What happened, in order" in explorer.table.page
    explorer.table.opened = ""
    assert explorer.table.page == ""


def test_the_script_gives_the_same(explorer):
    explorer.by.value = "agent_type"
    explorer.since.value = "2026-10-08 10:30"
    explorer.options["kind"].value = "all"
    explorer.table.chosen = list(explorer.table.counted)[:4]
    given = {}
    exec(explorer.code().replace("print(answer.finding())", ""), given)
    pd.testing.assert_frame_equal(given["answer"].estimates, explorer.answer.estimates)


def test_the_script_opens_what_the_store_was_opened_with():
    path = samples.sample_path("workshop")
    with open_store(path, since="2026-10-12", projects="shop", zone="Europe/Berlin") as some:
        explorer, given = explore(some, CHAINS), {}
        exec(explorer.code().replace("print(answer.finding())", ""), given)
        assert given["store"].asked == some.asked
        assert len(given["answer"].units) == len(explorer.answer.units) < 164
        given["store"].close()


def test_one_of_them_is_named_as_open_store_names_it(store):
    explorer = explore(store, CHAINS, projects="shop", agents="main thread")
    assert explorer.selection.where == {"project": ["/home/dev/shop"], "agent_type": ["main thread"]}


def test_what_is_given_to_begin_with_is_chosen(store):
    whole = ask(store, CHAINS).units
    some = whole["session_id"].iloc[0]
    explorer = explore(
        store,
        CHAINS,
        projects=["/home/dev/shop"],
        sessions=[some[:8]],
        until="2026-10-20",
        agents=["main thread"],
    )
    assert explorer.selection.where == {
        "project": ["/home/dev/shop"], "agent_type": ["main thread"], "session_id": [some],
    }  # fmt: skip
    assert explorer.until.value == "2026-10-20 00:00:00"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"question": "retry.none"}, "There is no measure"),
        ({"projects": ["/none"]}, "There is no project '/none'. There are: /home/dev/shop."),
        ({"agents": ["none"]}, "There is no type of agent 'none'"),
        ({"sessions": ["zz"]}, "There is no session whose id begins with 'zz'"),
        ({"since": "soon"}, "since is 'soon'; it must be a time"),
    ],
)
def test_what_is_not_there_is_refused(store, given, said):
    with pytest.raises(QuestionError, match=said):
        explore(store, **given)


def test_a_choice_made_before_is_answered_from_what_was_kept(explorer, monkeypatch):
    explorer.by.value = "agent_type"
    explorer.by.value = "error_category"
    asked = _listened(explorer, monkeypatch)
    explorer.by.value = "agent_type"
    assert set(explorer.answer.estimates["group"]) == {"general-purpose", "main thread"}
    assert asked == []


def test_a_change_redraws_what_it_changes_and_nothing_else(explorer):
    first = next(iter(explorer.table.counted))
    changes = {
        "group": (lambda: setattr(explorer.by, "value", "agent_type"), ["drawing", "picker"]),
        "click": (lambda: _click(explorer, "general-purpose"), ["counted", "drawing"]),
        "click away": (lambda: _click(explorer), ["counted", "drawing"]),
        "drag": (lambda: _drag(explorer, "2026-10-06", "2026-10-16"), ["counted", "drawing"]),
        "drag away": (lambda: _drag(explorer), ["counted", "drawing"]),
        "session": (lambda: setattr(explorer.table, "chosen", [first]), ["drawing", "picker"]),
        "all sessions": (lambda: setattr(explorer.table, "chosen", []), ["drawing", "picker"]),
        "opened": (lambda: setattr(explorer.table, "opened", first), []),
        "closed": (lambda: setattr(explorer.table, "opened", ""), []),
    }
    drawn: list[str] = []
    for name in ("drawing", "picker"):
        getattr(explorer, name).observe(lambda _, name=name: drawn.append(name), "spec")
    for name in ("counted", "sessions"):
        explorer.table.observe(lambda change: drawn.append(change["name"]), name)
    n_widgets = len(widgets.widget._instances)
    for change, (make, expected) in changes.items():
        drawn.clear()
        make()
        assert sorted(drawn) == expected, change
    assert len(widgets.widget._instances) == n_widgets  # each would be a message, and stay in the page


def test_many_units_are_shown_and_kept_without_their_control(store, monkeypatch):
    monkeypatch.setattr("claudesess.lab.explorer._MOST_HELD", 100)
    monkeypatch.setattr(Answer, "statement", property(lambda _: pytest.fail("held against its control")))
    bundle = claudesess.explore(store, CHAINS)._repr_mimebundle_()
    assert "67 % of 164 failing checks" in bundle["text/plain"]


def test_a_change_that_is_overtaken_is_never_answered(explorer, monkeypatch):
    asked = _listened(explorer, monkeypatch)

    async def change() -> None:
        for by in ("agent_type", "error_category", "model"):
            explorer.by.value = by
        assert "working" in explorer._working.value
        while explorer._working.value:
            await asyncio.sleep(0.05)

    asyncio.run(change())
    assert set(asked) == {"model"}


def test_a_change_is_answered_while_another_answer_is_still_held_against_its_control(explorer, monkeypatch):
    may_end, begun = threading.Event(), threading.Event()

    def slow(answer):
        begun.set()
        may_end.wait(20)
        return answer.wording

    monkeypatch.setattr(Answer, "statement", property(slow))

    async def change() -> None:
        explorer.by.value = "error_category"
        while not begun.is_set():
            await asyncio.sleep(0.01)
        explorer.by.value = "model"
        while explorer._answer.by != "model":
            await asyncio.sleep(0.01)
        while "held against its control" not in explorer._working.value:
            await asyncio.sleep(0.01)
        may_end.set()
        while explorer._working.value:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(change(), 20))


def test_many_units_are_held_against_their_control_when_asked_to(store, monkeypatch):
    monkeypatch.setattr("claudesess.lab.explorer._MOST_HELD", 100)
    many = claudesess.explore(store, CHAINS)
    assert many.control.layout.display is None
    held = many._shown.value
    many.control.click()
    assert (many.control.layout.display, many._working.value) == ("none", "")
    assert "At the first try" not in held and "At the first try" in many._shown.value
    many.until.value = "2026-10-08"
    assert many.control.layout.display == "none"  # of few it is done unasked


def test_times_are_of_the_stores_zone():
    with (
        samples.open_sample("workshop") as utc,
        claudesess.open_store(*utc.databases["path"], zone="Europe/Berlin") as store,
    ):
        explorer = explore(store, CHAINS, since="2026-10-14")
        assert (
            explorer.selection.since
            == pd.Timestamp("2026-10-13 22:00Z")
            == ask(store, CHAINS, since="2026-10-14").since
        )
        assert "since 14 Oct 2026 00:00 Europe/Berlin (UTC+02:00)" in explorer._sentence
        assert explorer.table.heads[0][0].startswith("Started (Europe/Berlin")
        _drag(explorer, "2026-10-16 00:00:10", "2026-10-18 11:59:30")  # what the clock of the chart shows
        assert (explorer.since.value, explorer.until.value) == ("2026-10-16 00:00", "2026-10-18 12:00")
        assert explorer.selection.since == pd.Timestamp("2026-10-15 22:00Z")
        given = {}
        exec(explorer.code().replace("print(answer.finding())", ""), given)
        pd.testing.assert_frame_equal(given["answer"].estimates, explorer.answer.estimates)


def test_a_large_store_is_read_while_it_says_how_far_it_is_until_it_is_stopped(store, monkeypatch):
    monkeypatch.setattr("claudesess.lab.explorer._AT_ONCE", 0)
    may_go_on, steps = threading.Event(), Explorer._steps
    monkeypatch.setattr(
        Explorer, "_steps", lambda one: [("the dust", lambda: may_go_on.wait(20)), *steps(one)]
    )

    async def read() -> None:
        explorer = explore(store, CHAINS, agents=["main thread"])
        assert "Reading 1 database: the dust (0 of 8 steps done" in explorer._working.value
        assert "image/png" not in explorer._repr_mimebundle_()
        explorer.stop.click()
        assert "stops behind this step" in explorer._working.value
        may_go_on.set()
        while explorer.stop.description != "Read on":
            await asyncio.sleep(0.01)
        assert "Stopped after 1 of 8 steps" in explorer._working.value
        explorer.stop.click()
        while "main thread" not in explorer._state.value:
            await asyncio.sleep(0.01)
        assert (explorer.stop.layout.display, explorer.agents.value) == ("none", ("main thread",))

    asyncio.run(asyncio.wait_for(read(), 60))


def test_the_next_cell_waits_for_what_is_being_read(store, monkeypatch):
    monkeypatch.setattr("claudesess.lab.explorer._AT_ONCE", 0)

    async def read() -> None:
        assert len(explore(store, CHAINS, agents=["main thread"]).answer.units) == 99

    asyncio.run(asyncio.wait_for(read(), 60))


def test_long_work_is_done_one_after_the_other_and_what_was_overtaken_not_at_all():
    done, later = [], Later()

    async def ask() -> None:
        for one in ("first", "second", "third"):
            later.beside(lambda one=one: one, done.append)
        while len(done) < 2:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(ask(), 20))
    assert done == ["first", "third"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_long_work_that_fails_does_not_hold_up_the_next():
    done, later = [], Later()

    async def ask() -> None:
        later.beside(lambda: 1 / 0, done.append)
        later.beside(lambda: "next", done.append)
        while not done:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(ask(), 20))
    assert done == ["next"]


def test_what_is_read_in_a_cell_is_what_was_chosen_before_it(explorer):
    async def change() -> None:
        explorer.by.value = "model"
        assert explorer.answer.by == "model"

    asyncio.run(change())


def test_a_saved_notebook_keeps_a_picture_below_the_finding(explorer, monkeypatch):
    titles = []
    render = offline.render
    monkeypatch.setattr(offline, "render", lambda spec: titles.append(spec["title"]["text"]) or render(spec))
    bundle = explorer._repr_mimebundle_()
    assert "An estimated 67 % of 164 failing checks" in str(titles)
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "67 % of 164 failing checks" in bundle["text/plain"]


def test_the_frames_are_shown_when_their_fold_is_opened(explorer):
    assert explorer._estimates.value == ""
    explorer._fold.selected_index = 1
    assert "confidence" not in explorer._estimates.value
    assert ">estimate</th>" in explorer._estimates.value
    assert (
        "escalated_research" in explorer._estimates.value
        and "retry_escalation" not in explorer._estimates.value
    )
    explorer._fold.selected_index = 2
    assert ">2026-10-05 09:59:48</td>" in explorer._units.value


def test_nothing_is_fetched_to_draw(explorer):
    assert "https://esm.sh" not in drawing.Drawing._esm
    assert "import " not in drawing.Drawing._esm[:200]
    assert "@import" not in session_table.style()


def test_the_style_of_pages_is_taken_over_whole():
    style = session_table.style()
    assert ":root" not in style
    assert ":host(.dark)" in style
    assert "prefers-color-scheme" not in style
    # in a notebook the place is narrow, not the window
    assert "@media (max-width" not in style and "@container (max-width" in style


def test_times_are_counted_in_not_too_many_steps():
    year = pd.Series(pd.date_range("2026-01-01", "2026-12-31", freq="h", tz="UTC"))
    counted = picking.binned(year)
    assert len(counted) == 53
    assert counted["n"].sum() == len(year)
    assert picking.binned(year.head(0)).empty


def test_an_empty_store_is_explored_without_a_traceback(tmp_path):
    with store_of(tmp_path, "") as store:
        explorer = claudesess.explore(store)
        for name in NAMES:
            explorer.question.value = name
            assert explorer.chart.to_dict()
            assert explorer.sessions.empty
        (said,) = explorer.children
        assert "Nothing was recorded here yet." in said.value
        assert "<code>claudesess install</code> records the sessions to come" in said.value


def test_the_name_is_the_function_however_it_is_imported():
    assert callable(claudesess.explore)
    assert callable(explore)
    assert contracts.RELATIONS


def _listened(explorer, monkeypatch):
    """Return a list that fills with what sums are made by."""
    module = explorer.answer.measure.module
    sums, asked = module.sums, []

    @functools.wraps(sums)
    def listening(units, *, by=None):
        asked.append(by)
        return sums(units, by=by)

    monkeypatch.setattr(module, "sums", listening)
    return asked


def _drag(explorer, *times):
    """Say what the browser says when a stretch is dragged, or given up."""
    span = [pd.Timestamp(time, tz="UTC").timestamp() * 1000 for time in times]
    told = {"value": {"at": span} if span else {}, "store": []}
    explorer.picker._vl_selections = {**explorer.picker._vl_selections, picking.BRUSH: told}


def _click(explorer, *groups):
    """Say what the browser says when groups are clicked."""
    told = {"value": {"vlPoint": {"or": [{"group": one} for one in groups]}}, "store": []}
    explorer.picker._vl_selections = {**explorer.picker._vl_selections, picking.CLICKED: told}
