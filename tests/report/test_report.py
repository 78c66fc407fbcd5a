"""The report: pages that open offline, charts drawn, text from databases as text."""

import copy
import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from claudesess import samples
from claudesess.cli import main
from claudesess.errors import ClaudesessError
from claudesess.report import pages

pytestmark = pytest.mark.slow

HOSTILE = "<img src=x onerror=alert(1)>"


def report(*databases, out, **environ):
    """Run the command; return what it said, and the text of each page."""
    done = CliRunner().invoke(main, ["report", *map(str, databases), "--out", str(out)], env=environ)
    assert done.exit_code == 0, done.output
    return done, {page.stem: page.read_text(encoding="utf-8") for page in sorted(out.glob("*.html"))}


@pytest.fixture(scope="module")
def sample(executed, tmp_path_factory):
    """The report on the sample project, and its folder."""
    out = tmp_path_factory.mktemp("sample") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "_execute", lambda notebook, paths: copy.deepcopy(executed[notebook]))
        return list(pages.write([], out)), out


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The report on the large sample, a hostile text in every place that is shown, and on a file that is none."""
    folder = tmp_path_factory.mktemp("hostile")
    copied = folder / f"{HOSTILE}.db"
    copied.write_bytes(samples.sample_path("workshop").read_bytes())
    with sqlite3.connect(copied) as connection:
        connection.execute(
            "UPDATE agent_registry SET agent_type = ?, task_description = ?", (HOSTILE, HOSTILE)
        )
        connection.execute("UPDATE failed_paths SET approach = ?, file_path = ?", (HOSTILE, HOSTILE))
        connection.execute("UPDATE error_log SET error_category = ?", (f"</script>{HOSTILE}",))
        connection.execute("UPDATE context_snapshots SET content = replace(content, 'manual', ?)", (HOSTILE,))
    bad = folder / "bad <b>.db"
    bad.write_text("no database")
    return bad, *report(copied, bad, out=folder / "out")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The report on a database without a row, in the folder of a project below the home folder."""
    home = tmp_path_factory.mktemp("home")
    (home / "shop").mkdir()
    schema = (Path(__file__).parents[2] / "collector" / "schema.sql").read_text(encoding="utf-8")
    with sqlite3.connect(home / "shop" / ".claude-session.db") as connection:
        connection.executescript(schema)
    return report("~/shop", out=home / "out", HOME=str(home))


def names_of_pages():
    return sorted(["index", *(path.stem for path in pages.notebooks())])


@pytest.mark.xdist_group("executed")
def test_there_is_a_page_for_each_notebook_and_an_index(sample):
    done, out = sample
    assert [page.path.name for page in done] == [f"{path.stem}.html" for path in pages.notebooks()]
    index = (out / "index.html").read_text(encoding="utf-8")
    assert all(f"href='{page.path.name}'" in index for page in done)
    assert all(page.title and page.lead.endswith("?") for page in done)


@pytest.mark.xdist_group("executed")
def test_nothing_is_fetched_from_elsewhere(sample):
    for page in sample[0]:
        text = re.sub(
            r"<script type='module'>.*?</script>", "", page.path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)
        assert "@import" not in text
        assert "data-chart=" in text
        assert page.path.stat().st_size > 500_000  # the drawing library is in the page


@pytest.mark.xdist_group("executed")
def test_code_and_tracebacks_are_not_in_a_page(sample):
    for page in sample[0]:
        text = page.path.read_text(encoding="utf-8")
        assert "open_store(" not in text
        assert "Traceback" not in text


@pytest.mark.xdist_group("hostile")
def test_text_from_the_database_stays_text(hostile):
    _, _, texts = hostile
    assert sorted(texts) == names_of_pages()
    for name, text in texts.items():
        assert "<img src=x" not in text
        assert "data-chart=" in text or name == "index"
    assert any("&lt;img src=x" in text for name, text in texts.items() if name != "index")


@pytest.mark.xdist_group("hostile")
def test_what_could_not_be_read_is_said_on_stderr_and_on_every_page(hostile):
    bad, done, texts = hostile
    assert f"Warning: {bad}: " in done.stderr
    for text in texts.values():
        assert "Not all could be read" in text
        assert "bad &lt;b&gt;.db" in text


@pytest.mark.xdist_group("empty")
def test_a_path_in_the_home_folder_is_found_by_the_notebooks_too(empty):
    done, texts = empty
    assert "Warning" not in done.output
    assert "Data: ~/shop" in texts["index"]


@pytest.mark.xdist_group("empty")
def test_the_report_of_an_empty_database_is_honest(empty):
    _, texts = empty
    assert sorted(texts) == names_of_pages()
    assert all("data-chart=" in text for name, text in texts.items() if name != "index")


def test_a_wrong_path_is_one_sentence(tmp_path):
    done = CliRunner().invoke(main, ["report", str(tmp_path / "nothing.db"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "nothing.db" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


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
