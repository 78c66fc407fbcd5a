"""`claudesess lab`: notebooks of the reader's own, on the reader's own data."""

import json
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from claudesess.cli import main
from claudesess.lab import command
from claudesess.samples import sample_path


def source(path, tag="parameters"):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if tag in cell["metadata"].get("tags", []))


@pytest.fixture
def started(monkeypatch):
    """Return what would have been started; JupyterLab is there."""
    asked = []
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(
        command.subprocess, "run", lambda args, check: asked.append(args) or SimpleNamespace(returncode=0)
    )
    return asked


def test_it_opens_the_first_look_on_what_is_named(tmp_path, started):
    database = sample_path("retry")
    answer = CliRunner().invoke(main, ["lab", str(database), "--into", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    assert started == [[sys.executable, "-m", "jupyterlab", str(tmp_path / "00_first_look.ipynb")]]
    assert len(list(tmp_path.glob("*.ipynb"))) == 4
    for path in tmp_path.glob("*.ipynb"):
        assert f"paths = [{str(database)!r}]" in source(path)
        assert not any(cell.get("outputs") for cell in json.loads(path.read_text())["cells"])


def test_what_its_reader_changed_stays(tmp_path, started):
    CliRunner().invoke(main, ["lab", "--sample", "--into", str(tmp_path)])
    own = tmp_path / "01_agent_throughput.ipynb"
    notebook = json.loads(own.read_text())
    notebook["cells"][0]["source"] = ["# My own words"]
    own.write_text(json.dumps(notebook))
    CliRunner().invoke(main, ["lab", str(sample_path("retry")), "--into", str(tmp_path)])
    assert "My own words" in own.read_text()
    assert "retry.db" in source(own)


def test_without_jupyterlab_it_says_what_brings_it(tmp_path, monkeypatch):
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None)
    answer = CliRunner().invoke(main, ["lab", "--sample", "--into", str(tmp_path)])
    assert answer.exit_code == 1
    assert "pip install 'claudesess[lab]'" in answer.output
    assert list(tmp_path.iterdir()) == []  # nor what writes notebooks


def test_without_data_it_says_what_to_do(tmp_path, monkeypatch, started):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("claudesess.my_data.imported", lambda: tmp_path / "none")
    answer = CliRunner().invoke(main, ["lab", "--into", str(tmp_path / "notebooks")])
    assert answer.exit_code == 1
    assert "claudesess import" in answer.output
    assert started == []


def test_it_may_only_lay_them_out(tmp_path, started):
    answer = CliRunner().invoke(main, ["lab", "--sample", "--no-start", "--into", str(tmp_path / "new")])
    assert answer.exit_code == 0
    assert started == []
    assert (tmp_path / "new" / "00_first_look.ipynb").is_file()
