"""What the documentation names is there: files, folders, tests, targets of `make`."""

import importlib
import re
from pathlib import Path

from tables import each_row

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "collector" / "README.md",
    *ROOT.glob("docs/**/*.md"),
]
TOP = [
    "claudesess/",
    "claudesess_collector/",
    "collector/",
    "tests/",
    "docs/",
    "data/",
    "benchmarks/",
    "notebooks/",
    ".ci/",
]


def named(text):
    """Return the paths that stand in code spans: `claudesess/store`, `pytest tests/collector -k x`.

    What stands in blocks is of the sample, or is run (tests/docs).
    """
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    words = [word for span in re.findall(r"`([^`\n]+)`", prose) for word in span.split()]
    return {word for word in words if word.startswith(tuple(TOP)) and "<" not in word}


def is_there(path):
    roots = [ROOT, ROOT / "collector"]
    return any(list(root.glob(path.rstrip("/"))) for root in roots)


@each_row("page", PAGES)
def test_every_path_is_there(page):
    assert [path for path in sorted(named(page.read_text(encoding="utf-8"))) if not is_there(path)] == []


def test_a_path_that_is_gone_is_found():
    assert named("see `claudesess/history/` and `make test`, `tests/x.py -k y`") == {
        "claudesess/history/",
        "tests/x.py",
    }
    assert not is_there("claudesess/history/")
    assert is_there("collector/claudesess_collector/on_*.py")


def test_every_target_of_make_is_in_the_guide_and_the_other_way_round():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `make ([\w-]+)`", guide, flags=re.MULTILINE))
    assert rows == set(phony.split()) - {"help", "clean"}


def test_every_test_that_the_guide_names_is_there():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    wanted = set(re.findall(r"`(test_\w+)`", guide))
    assert wanted
    assert [name for name in sorted(wanted) if f"def {name}(" not in tests] == []


@each_row("page", PAGES)
def test_nothing_stands_for_what_was_to_be_written_later(page):
    """Such as `SECONDS_HERE`; names of variables are code."""
    prose = re.sub(r"```.*?```|`[^`]*`|<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"\b[A-Z]{3,}_[A-Z0-9_]+\b|\b(?:TODO|TBD|FIXME)\b", prose) == []


def items(text):
    """The paragraphs of a guide, each item of a list by itself."""
    return re.split(
        r"\n\n|\n(?=(?:\d+\.|-) )", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def missing_names(text):
    """Return the constants and functions that an item puts in a file, or a module, which has none of that name."""
    missing = []
    for item in items(text):
        spans = re.findall(r"`([^`\n]+)`", item)
        files = [
            ROOT / span for span in spans if re.fullmatch(r"[\w/]+\.py", span) and (ROOT / span).is_file()
        ]
        code = "".join(file.read_text(encoding="utf-8") for file in files)
        constants = [span for span in spans if re.fullmatch(r"(?!CLAUDESESS_)_?[A-Z][A-Z_]{3,}", span)]
        missing += [name for name in constants if files and not re.search(rf"^{name}\b", code, re.MULTILINE)]
        modules = [span for span in spans if re.fullmatch(r"claudesess\.[a-z]+", span)]
        for module in map(importlib.import_module, modules):
            missing += [
                span for span in spans if re.fullmatch(r"[a-z_]+", span) and not hasattr(module, span)
            ]
    return missing


def test_what_the_guide_says_to_use_is_where_it_says():
    assert missing_names((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")) == []


def test_a_name_that_is_elsewhere_is_found():
    guide = (
        "1. Use `medians` or `means` of `claudesess.estimating`.\n"
        "2. To `_PLAIN` or `RUNNERS` of `collector/claudesess_collector/command_programs.py`.\n"
    )
    assert missing_names(guide) == ["medians", "RUNNERS"]
