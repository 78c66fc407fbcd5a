"""The examples of the page about lakes run; each library that is not there is named."""

from __future__ import annotations

import doctest
import re

import pytest
from handmade import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "lake.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```pycon\n(.*?)```", PAGE, flags=re.DOTALL)
#: What a library needs beside itself to take Arrow tables.
NEEDED = {"ibis": ["pyarrow_hotfix"]}


@pytest.mark.filterwarnings(
    "default::pandas.errors.Pandas4Warning"
)  # what is to come in pandas 4 is the library's own
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[2])
def test_a_library_takes_a_relation(example):
    library = example.split()[2]
    for name in (library, *NEEDED.get(library, ())):
        pytest.importorskip(name, reason=f"{name} is not installed")
    parsed = doctest.DocTestParser().get_doctest(example, {}, library, None, 0)
    said = []
    failed, tried = doctest.DocTestRunner().run(parsed, out=said.append)
    assert (failed, tried > 2) == (0, True), "".join(said)


def test_there_is_an_example_for_each():
    assert [example.split()[2] for example in EXAMPLES] == ["polars", "narwhals", "ibis"]


def test_a_frame_speaks_the_interface_too():
    polars = pytest.importorskip("polars")
    from claudesess import ask, samples

    units = ask(samples.open_sample("compaction"), "compaction_continuity.rereads").units
    assert polars.DataFrame(units).shape == units.shape
