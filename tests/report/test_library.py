"""The drawing library that travels with the package: one script, as pictures are drawn, with its licences."""

import json
import shutil
import subprocess

import altair
import pytest

from claudesess.report import library

FOLDER = library._SCRIPT.parent


@pytest.mark.slow
def test_it_is_what_draws_the_pictures():
    made = library.made()
    assert library.script() == made, "make vega"


def test_it_draws_what_altair_writes():
    version = altair.SCHEMA_VERSION.removeprefix("v").split(".")[0]
    assert f"Vega-Lite {version}." in library.script().splitlines()[0]


def test_a_page_can_hold_it_and_load_it_as_a_classic_script():
    script = library.script()
    assert "</script" not in script
    assert script.endswith("})();\n")
    assert not [
        name for name in ("globalThis.vegaEmbed=", "globalThis.lodashDebounce=") if name not in script
    ]


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_it_gives_the_names_that_pages_call(tmp_path):
    code = (
        f"require({json.dumps(str(library._SCRIPT))}); console.log(typeof vegaEmbed, typeof lodashDebounce)"
    )
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("function function\n", "")


def test_its_licences_travel_with_it():
    text = (FOLDER / "LICENSES.txt").read_text(encoding="utf-8")
    for package in ("vega,", "vega-lite", "vega-embed", "d3-array", "lodash-es", "fast-json-patch"):
        assert package in text
    assert "Redistributions in binary form must reproduce the above copyright" in text
