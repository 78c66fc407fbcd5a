"""Databases that know the same sessions, calls, agents and checks, as a copy does: each is measured as if it were alone."""

import shutil

import pytest
from asked import Asked
from counts import first
from pandas.testing import assert_frame_equal

from claudesess import open_store, samples
from claudesess.asking import listing

NAMES = [name for question in listing.questions() for name in first(listing.names(question))]
#: Small ones which have something of every measure between them.
COPIED = ("compaction", "retry", "edges", "mixed", "piped")


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Return samples, and these beside a copy of each."""
    folder = tmp_path_factory.mktemp("copies")
    paths = [samples.sample_path(name) for name in COPIED]
    copies = [shutil.copy(path, folder / f"{path.stem}-copy.db") for path in paths]
    with open_store(*paths) as alone, open_store(*paths, *copies) as both:
        yield Asked(alone), Asked(both)


@pytest.mark.parametrize("name", NAMES)
def test_a_database_beside_its_copy_has_the_units_that_it_has_alone(stores, name):
    alone, both = (asked(name).units for asked in stores)
    for suffix in ("", "-copy"):
        of_these = both["db"].astype("string").isin([f"{sample}{suffix}" for sample in COPIED])
        found = both[of_these].assign(db=both["db"].astype("string").str.removesuffix("-copy"))
        assert_frame_equal(
            found.reset_index(drop=True).astype({"db": "string"}),
            alone.astype({"db": "string"}),
            check_categorical=False,
        )
