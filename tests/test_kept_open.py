"""Tests that only read share a store: it is opened once, and who changes what others are given is found."""

import pytest
from handmade import database
from kept_open import KeptOpen
from script import Script

from claudesess import ask
from claudesess.chosen import Chosen
from claudesess.report import ranking

UTC = Chosen(is_utc=True)


@pytest.fixture
def file(tmp_path):
    return database(tmp_path / ".claude-session.db", "".join(Script().event("09:00:00", "session_start").sql))


@pytest.fixture
def kept():
    stores = KeptOpen()
    yield stores
    for store in stores._stores.values():
        store.close()


def test_the_same_files_are_one_store_until_they_change_or_something_else_is_asked_for(kept, file):
    with kept.open(UTC, [file]) as store:
        pass
    with kept.open(UTC, [str(file)]) as again:
        assert again is store
    with kept.open(UTC._replace(until="2027-01-01"), [file]) as other:
        assert other is not store
    file.write_bytes(database(file.with_name("b.db")).read_bytes())
    with kept.open(UTC, [file]) as changed:
        assert changed is not store
    with kept.open(UTC, [file.parent]) as of_a_folder:
        assert of_a_folder not in kept._stores.values()
        of_a_folder.close()


@pytest.mark.parametrize("part", ["covariates", "answer"])
def test_a_frame_of_all_that_a_test_changes_is_noticed(kept, file, part, monkeypatch):
    name = "agent_throughput.by_session"
    with kept.open(UTC, [file]) as store:
        monkeypatch.setattr(ranking, "answers", lambda of: of.once("answers", lambda: {name: ask(of, name)}))
        units = ranking.answers(store)[name].units
    kept.open(UTC, [file])
    kept.open(UTC, [file])
    frame = store._once["covariates"] if part == "covariates" else units
    frame["session_id"] = "another"
    with pytest.raises(AssertionError, match="a test changed"):
        kept.open(UTC, [file])
