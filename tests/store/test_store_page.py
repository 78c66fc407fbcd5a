"""What a store says of itself in a notebook: what is in it and what to ask next; text stays text."""

from __future__ import annotations

import re

import pytest
from handmade import database
from script import Script, at

import claudesess
from claudesess import Store, open_store, samples

HOSTILE = '<img src=x onerror=alert(1)>\x1b]0;t\x07\u202e"'


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


@pytest.mark.slow
def test_what_is_in_two_databases_the_last_used_first():
    with open_store(samples.sample_path("crash"), samples.sample_path("retry")) as store:
        html = store._repr_html_()
        last = store.sql("SELECT session_id FROM sessions ORDER BY last_seen_at DESC LIMIT 1")["session_id"][
            0
        ]
        seen = store.sql("SELECT max(last_seen_at)::VARCHAR AS t FROM sessions")["t"][0]
    assert [row[:5] for row in cells(html)] == [
        ["database", "sessions", "agents", "failed calls", "compactions"],
        ["crash", "2", "1", "0", "0"],
        ["retry", "1", "3", "4", "0"],
    ]
    assert cells(html)[1][5] == seen[:16]
    assert "<b>3 sessions in 2 databases, " in html
    assert f"store.session(&quot;{last}&quot;)" in html
    assert "store.problems" not in html


@pytest.mark.slow
def test_every_next_step_can_be_taken():
    with samples.open_sample("retry") as store:
        steps = re.findall(r"<code>(.*?)</code>", store._repr_html_())
        for step in steps:
            code = step.replace("&quot;", '"')
            if "explore" not in code:
                eval(code, {"claudesess": claudesess, "store": store})
    assert len(steps) == 7


def test_text_of_a_database_is_text(tmp_path):
    script = Script().row("agent_registry", id="a", session_id=HOSTILE, spawn_time=at("09:00:00"))
    with open_store(database(tmp_path / "<b>x.db", "".join(script.sql))) as store:
        html = store._repr_html_()
    assert "<img" not in html and "<b>x" not in html and "&lt;b&gt;x" in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert not {"\x1b", "\x07", "\u202e"} & set(html)


def test_an_empty_database_says_what_to_do(tmp_path):
    with open_store(database(tmp_path / "empty.db")) as store:
        html = store._repr_html_()
    assert cells(html)[1] == ["empty", "0", "0", "0", "0", "–"]
    assert "<b>0 sessions in 1 database</b>" in html and "claudesess doctor" in html


@pytest.mark.slow
def test_what_was_not_loaded_is_told(tmp_path):
    made = database(
        tmp_path / "made.db", "".join(Script().event("09:00:00", "stop").event("10:00:00", "stop").sql)
    )
    with open_store(made, since=at("09:30:00")) as store:
        assert "Not loaded: 1 info; " in store._repr_html_()


@pytest.mark.slow
def test_only_ten_databases_are_listed(tmp_path):
    paths = [
        database(tmp_path / f"{n}.db", "".join(Script().event("09:00:00", "stop").sql)) for n in range(12)
    ]
    with open_store(*paths) as store:
        html = store._repr_html_()
    assert len(cells(html)) == 11 and "… and 2 more" in html


def test_a_closed_store_and_one_of_frames_have_a_word_to_say():
    store = samples.open_sample("retry")
    store.close()
    assert store._repr_html_() is None  # its plain words are shown instead
    assert "0 sessions in 0 databases" in Store.from_frames()._repr_html_()
