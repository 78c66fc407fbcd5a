"""Where the frames of a command hold their texts: in Python, unless pandas is somebody else's."""

import subprocess
import sys

import pytest

from claudesess import samples
from claudesess.asking import texts

SCRIPT = """
import sys
if "before" in sys.argv: import pandas
from claudesess.asking import listing
from claudesess.cli import main
listing.questions = lambda: ["permissions"]
main({arguments}, standalone_mode=False)
from claudesess.contracts import casting, contract
print(casting._PLAIN[contract.TEXT].storage)
"""


def storage(*arguments, is_loaded=False):
    script = SCRIPT.format(arguments=list(arguments))
    given = ["before"] if is_loaded else []
    done = subprocess.run(
        [sys.executable, "-c", script, *given], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("findings",), ("compare",), ("report", "--sessions", "0"), ("start", "--no-open", "--sample")],
    ids=lambda arguments: arguments[0],
)
def test_a_command_that_asks_holds_texts_in_python(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = () if "--sample" in arguments else (str(samples.sample_path("other-writer")),)
    out = ("--out", str(tmp_path / "out")) if arguments[0] in ("report", "start") else ()
    assert storage(*arguments, *named, *out) == "python"


@pytest.mark.slow
def test_who_has_loaded_pandas_keeps_their_own_options():
    assert storage("compare", str(samples.sample_path("other-writer")), is_loaded=True) == "pyarrow"


@pytest.mark.parametrize(("is_loaded", "asked_for"), [(False, ["python"]), (True, [])])
def test_texts_are_kept_in_python_where_nobody_has_loaded_pandas(monkeypatch, is_loaded, asked_for):
    kept = []
    monkeypatch.setattr(texts, "keep", kept.append)
    if is_loaded:
        monkeypatch.setitem(sys.modules, "pandas", pytest)
    else:
        monkeypatch.delitem(sys.modules, "pandas", raising=False)
    texts.keep_in_python()
    assert kept == asked_for
