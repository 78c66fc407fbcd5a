"""Docs-check: what is public has a page, and what can be asked says what it does not count and cannot say."""

import doctest
import inspect
import re
from types import ModuleType

import click
import pytest
from claudesess_docs import ROOT, blocks, markup, measure_pages, reference_pages, relation_pages
from tables import each_row

import claudesess
from claudesess.asking import listing
from claudesess.contracts import RELATIONS

NAMES = [name for question in listing.questions() for name in listing.names(question)]
COMMANDS = reference_pages.commands()
#: In which a measure says what is not in its number.
_NOT_COUNTED = re.compile(r"not\s+count|not seen|says? nothing", flags=re.IGNORECASE)


@each_row("name", NAMES)
def test_a_measure_says_what_it_does_not_count_and_cannot_say(name):
    measure = listing.measure(name)
    assert measure.asks.endswith(("?", "."))
    assert len(measure_pages.cannot_say(measure)) > 40, (
        f"{name}: “{measure_pages.CANNOT_SAY} …” in its docstring"
    )
    assert _NOT_COUNTED.search(inspect.getdoc(measure.module.units)), f"{name}: “Not counted: …” in `units`"


@pytest.mark.slow
def test_every_measure_has_a_page_with_all_that_a_page_has():
    pages = measure_pages.pages()
    assert set(pages) == {f"measures/{name}.md" for name in (*NAMES, "index")}
    for name in NAMES:
        text, charts = pages[f"measures/{name}.md"]
        assert f"`{name}`" in text
        parts = {
            "What the sample says",
            "What is counted, and what is not",
            "What it cannot say",
            "Columns of a unit",
        }
        if not listing.measure(name).is_view:
            parts |= {"How the number is come by", "Control"}
        assert parts <= set(re.findall(r"^## (.*)$", text, flags=re.MULTILINE))
        assert len(charts) == text.count("<!-- chart ")
    silent = [name for name in NAMES if measure_pages.NOTHING in pages[f"measures/{name}.md"][0]]
    assert silent == [name for name in NAMES if not pages[f"measures/{name}.md"][1]]
    assert len(silent) <= 2


def test_every_relation_has_a_page_with_all_its_columns():
    pages = relation_pages.pages()
    assert {f"relations/{name}.md" for name in RELATIONS} <= set(pages)
    for name, contract in RELATIONS.items():
        assert [one for one in contract.names if f"| `{one}` |" not in pages[f"relations/{name}.md"]] == []
        assert f"[`{name}`]({name}.md)" in pages["relations/index.md"]


@each_row("called", COMMANDS)
def test_every_command_and_option_has_its_help_on_a_page(called):
    command = COMMANDS[called]
    text = reference_pages.command_pages()[f"commands/{called.replace(' ', '-')}.md"]
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []
    assert [name for one in options for name in one.opts if f"`{name}`" not in text] == []


def test_every_public_name_has_its_place():
    pages = reference_pages.python_pages()
    for name in claudesess.__all__:
        thing = getattr(claudesess, name)
        assert inspect.getdoc(thing)
        if isinstance(thing, ModuleType):
            assert f"python/{name}.md" in pages
        else:
            assert (
                f"## claudesess.{name} {{ #claudesess.{name} }}\n\n::: {thing.__module__}.{thing.__qualname__}"
                in pages["python/index.md"]
            )


def test_every_written_page_is_in_the_navigation():
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    folders = tuple(re.findall(r"([\w-]+/)\*", nav))
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert len(pages) > 30
    assert [page for page in pages if page not in nav and not page.startswith(folders)] == []


def test_every_how_to_is_on_the_list_and_runs_something():
    pages = {path for path in (ROOT / "docs" / "howto").glob("*.md") if path.name != "index.md"}
    listed = (ROOT / "docs" / "howto" / "index.md").read_text(encoding="utf-8")
    assert {path.name for path in pages} == set(re.findall(r"\]\(([\w-]+\.md)\)", listed))
    assert pages <= set(blocks.pages())


def test_the_gallery_has_a_chart_for_every_measure_of_which_the_sample_tells():
    text = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert text.count(".chart()\n```") >= 25
    assert [name for name in NAMES if f'"{name}"' not in text] == ["compaction_continuity.context_size"]


@pytest.mark.parametrize("module", [blocks, markup])
def test_examples_of_docstrings_hold(module):
    assert doctest.testmod(module) == (0, doctest.testmod(module).attempted)


def test_a_table_shows_text_as_it_stands():
    assert markup.table(["a"], [["x | y\nz"]]) == "| a |\n|---|\n| x \\| y z |"
    assert markup.plain("<b> `a_*` *") == "&lt;b&gt; `a_*` \\*"
