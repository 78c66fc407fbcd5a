"""The report: pages that open offline, charts drawn, text from databases as text."""

import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from claudesess import samples
from claudesess.cli import main
from claudesess.errors import ClaudesessError
from claudesess.report import pages

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The report on a copy of the large sample in which a hostile text stands in every place that is shown."""
    folder = tmp_path_factory.mktemp("hostile")
    copy = folder / f"{HOSTILE}.db"
    copy.write_bytes(samples.sample_path("workshop").read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute(
            "UPDATE agent_registry SET agent_type = ?, task_description = ?", (HOSTILE, HOSTILE)
        )
        connection.execute("UPDATE failed_paths SET approach = ?, file_path = ?", (HOSTILE, HOSTILE))
        connection.execute("UPDATE error_log SET error_category = ?", (f"</script>{HOSTILE}",))
        connection.execute("UPDATE context_snapshots SET content = replace(content, 'manual', ?)", (HOSTILE,))
    return list(pages.write([copy], folder / "out")), folder / "out"


def test_there_is_a_page_for_each_notebook_and_an_index(written):
    done, out = written
    assert [page.path.name for page in done] == [f"{path.stem}.html" for path in pages.notebooks()]
    index = (out / "index.html").read_text(encoding="utf-8")
    assert all(f"href='{page.path.name}'" in index for page in done)
    assert all(page.title and page.lead.endswith("?") for page in done)


def test_text_from_the_database_stays_text(written):
    done, out = written
    for path in [*(page.path for page in done), out / "index.html"]:
        text = path.read_text(encoding="utf-8")
        assert "<img src=x" not in text
    assert any("&lt;img src=x" in page.path.read_text(encoding="utf-8") for page in done)


def test_nothing_is_fetched_from_elsewhere(written):
    for page in written[0]:
        text = re.sub(
            r"<script type='module'>.*?</script>", "", page.path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)
        assert "@import" not in text
        assert "data-chart=" in text
        assert page.path.stat().st_size > 500_000  # the drawing library is in the page


def test_code_and_tracebacks_are_not_in_a_page(written):
    for page in written[0]:
        text = page.path.read_text(encoding="utf-8")
        assert "open_store(" not in text
        assert "Traceback" not in text


def test_a_wrong_path_is_one_sentence(tmp_path):
    done = CliRunner().invoke(main, ["report", str(tmp_path / "nothing.db"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "nothing.db" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_path_in_the_home_folder_is_found_by_the_notebooks_too(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / ".claude-session.db").write_bytes(samples.sample_path("retry").read_bytes())
    done = CliRunner().invoke(main, ["report", "~/shop", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Warning" not in done.output
    assert "Data: ~/shop" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_what_could_not_be_read_is_said_on_stderr_and_on_every_page(tmp_path):
    good, bad = tmp_path / "good.db", tmp_path / "bad <b>.db"
    good.write_bytes(samples.sample_path("retry").read_bytes())
    bad.write_text("no database")
    done = CliRunner().invoke(main, ["report", str(good), str(bad), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert f"Warning: {bad}: " in done.stderr
    for page in (tmp_path / "out").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "Not all could be read" in text
        assert "bad &lt;b&gt;.db" in text


def test_a_cell_that_fails_names_notebook_and_error(tmp_path, monkeypatch):
    import nbformat

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("paths = []"), nbformat.v4.new_code_cell("1 / 0")]
    )
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source = tmp_path / "01_broken.ipynb"
    nbformat.write(notebook, source)
    monkeypatch.setattr(pages, "notebooks", lambda: [source])
    with pytest.raises(ClaudesessError, match=r"01_broken\.ipynb: cell .* ZeroDivisionError"):
        list(pages.write([], tmp_path / "out"))


def test_the_report_of_an_empty_database_is_honest(tmp_path):
    schema = (Path(__file__).parents[2] / "collector" / "schema.sql").read_text(encoding="utf-8")
    with sqlite3.connect(tmp_path / "empty.db") as connection:
        connection.executescript(schema)
    for page in pages.write([tmp_path / "empty.db"], tmp_path / "out"):
        assert "data-chart=" in page.path.read_text(encoding="utf-8")
