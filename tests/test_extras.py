"""What the base install leaves out: each command loads what it needs, and what is missing is named."""

import re
import sys
import tomllib

import pytest
from claudesess_collector.vocabulary import SESSION_FILE
from handmade import ROOT
from without import run

import claudesess
from claudesess import samples
from claudesess.charts import offline
from claudesess.extras import MissingExtraError, needed

#: What takes a tenth of a second or more to load.
HEAVY = {"adbc_driver_sqlite", "altair", "duckdb", "ipywidgets", "jinja2", "pandas", "scipy", "vl_convert"}


LOADED = f"""
from claudesess.cli import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A home with a database whose tables the cache knows."""
    home = tmp_path_factory.mktemp("known")
    (home / SESSION_FILE).write_bytes(samples.sample_path("retry").read_bytes())
    run("from claudesess.cli import main; main(['ls'])", home)
    return home


@pytest.mark.slow
def test_to_read_a_database_loads_no_library_that_is_only_there(tmp_path):
    (tmp_path / "a.db").write_bytes(samples.sample_path("retry").read_bytes())
    code = "import claudesess, sys; print(claudesess.open_store('a.db').list_problems(), 'polars' in sys.modules)"
    assert run(code, tmp_path).stdout == "[] False\n"


@pytest.mark.slow
@pytest.mark.xdist_group("what a command loads")
@pytest.mark.parametrize(
    ("command", "modules"),
    [
        (["--help"], []),
        (["--version"], []),
        (["report", "--help"], []),
        (["cache"], ["duckdb"]),
        (["ls"], ["duckdb"]),
        (["ls", "--sessions", "--json"], ["duckdb"]),
        (["prune", "--older-than", "9000d"], ["duckdb"]),
    ],
    ids=" ".join,
)
def test_a_command_loads_what_it_needs(command, modules, known):
    done = run(LOADED, known, arguments=command)
    assert done.stderr.splitlines() == [str(modules)]


@pytest.mark.slow
def test_the_explorer_names_its_extra_when_it_is_called(tmp_path):
    code = """
import inspect, claudesess
print([name for name, _ in inspect.getmembers(claudesess) if name == "explore"])
try:
    claudesess.explore(None)
except claudesess.ClaudesessError as error:
    print(error)
"""
    done = run(code, tmp_path, "anywidget", "ipywidgets")
    said = "claudesess.explore needs more: pip install 'claudesess[notebook]'"
    assert (done.stdout.splitlines(), done.stderr) == (["['explore']", said], "")


@pytest.mark.slow
def test_executing_notebooks_names_its_extra_before_anything_is_written(tmp_path):
    code = "from claudesess.cli import main; main(['report', '--sample', '--out', 'out', '--notebooks', 'books'])"
    done = run(code, tmp_path, "nbclient")
    said = "Error: Executing notebooks needs more: pip install 'claudesess[notebook]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert not (tmp_path / "out").exists()


def test_a_chart_without_a_picture_names_the_extra_and_keeps_its_specification(monkeypatch):
    spec = {"mark": "point", "data": {"values": []}}
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert offline.render(spec) == {
        offline.SPEC_MIME: spec,
        "text/plain": "A picture of this chart needs more: pip install 'claudesess[images]'",
    }


def test_a_module_of_ours_that_is_missing_is_no_extra():
    with pytest.raises(ModuleNotFoundError, match=r"claudesess\.nothing") as raised, needed("stats", "This"):
        import claudesess.nothing  # noqa: F401
    assert not isinstance(raised.value, MissingExtraError)


def test_every_extra_that_is_named_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "claudesess").rglob("*.py"))
    named = set(re.findall(r'needed\("(\w+)"', sources)) | set(claudesess._EXTRAS.values())
    assert named == {"dask", "notebook", "images", "stats"}
    assert named <= set(project["optional-dependencies"])
