"""A second process makes some of the answers: the pages are the same, whatever becomes of it."""

from datetime import UTC

import pytest

from claudesess import samples
from claudesess.report.beside import Helper
from claudesess.report.pages import Report, Source
from claudesess.report.reader import Reader
from claudesess.store import Store


def pages(folder, helper=None):
    with samples.open_sample("retry") as store:
        Report(store, Reader(UTC), Source("here", False), helper=helper).folder(folder)
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
def test_the_pages_are_the_same_whoever_made_the_answers(tmp_path):
    alone = pages(tmp_path / "alone")
    with Helper() as helper:
        # It is asked for all of them: this process begins when none is left.
        helper.share = lambda names: iter(())
        assert pages(tmp_path / "helped", helper) == alone
    with Helper() as helper:
        helper._process.kill()
        assert pages(tmp_path / "harmed", helper) == alone


def test_what_is_lent_answers_as_the_store_does():
    query = "SELECT db, chain_id, first_event FROM error_chains ORDER BY ALL"
    with samples.open_sample("retry") as store:
        with Store(store.lent()) as other:
            assert other.sql(query).equals(store.sql(query))
            assert other.databases.equals(store.databases)
            assert other.problems.equals(store.problems)
        assert store.sql(query).shape == (2, 3)  # what was lent is still there


def test_frames_are_not_lent():
    assert Store.from_frames().lent() is None
