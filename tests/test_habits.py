"""What strangers meet first: changelog, security, citation, forms. They are valid, and name what is there."""

import re

import yaml
from click.testing import CliRunner
from handmade import ROOT
from tables import each_row

import claudesess
from claudesess.cli import main

FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def faults(changelog):
    """Return the lines of a changelog that have not its form: a section per version, in it an entry a change."""
    head, *sections = re.split(r"^(?=## )", changelog, flags=re.MULTILINE)
    found = [] if head.startswith("# Changelog\n") and "only\nadded" in head else ["its head"]
    for place, section in enumerate(sections):
        title, blank, *lines = section.rstrip("\n").split("\n")
        released = r"\d{4}-\d\d-\d\d" if place else r"(unreleased|\d{4}-\d\d-\d\d)"
        if not re.fullmatch(rf"## \d+\.\d+\.\d+ \({released}\)", title) or blank:
            found.append(title)
        entries = re.split(r"\n(?=- )", "\n".join(lines))
        found += [
            entry
            for entry in entries
            if not re.fullmatch(r"- \S.*(\n  \S.*)*", entry) or not entry.endswith((".", ".**"))
        ]
    return found


def test_the_changelog_is_an_entry_a_change():
    assert faults(read("CHANGELOG.md")) == []


@each_row(
    ("body", "found"),
    [
        ("## 0.2.0 (unreleased)\n\n- A.\n- B\n  goes on.\n\n## 0.1.0 (2026-01-02)\n\n- C.\n", []),
        ("## 0.2.0 (unreleased)\n\n- A\n", ["- A"]),
        ("## 0.2.0 (unreleased)\n\n- A.\n\n- B.\n", ["- A.\n"]),
        ("## 0.2.0 (unreleased)\n\n- A.\nB.\n", ["- A.\nB."]),
        ("## Next\n\n- A.\n", ["## Next"]),
        ("## 0.2.0 (2026-02-02)\n\n- A.\n\n## 0.1.0 (unreleased)\n\n- B.\n", ["## 0.1.0 (unreleased)"]),
    ],
)
def test_another_form_is_seen(body, found):
    assert faults(f"# Changelog\n\nEntries are only\nadded.\n\n{body}") == found


def test_the_version_is_the_same_everywhere():
    cited = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)  # what its format asks for
    assert cited["version"] == claudesess.__version__
    assert re.findall(r"^## (\S+)", read("CHANGELOG.md"), flags=re.MULTILINE)[0] == claudesess.__version__


@each_row("form", FORMS)
def test_a_form_has_what_it_needs_and_ids_of_its_own(form):
    told = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert set(told) == {"name", "description", "labels", "body"}
    asked = [part for part in told["body"] if part["type"] != "markdown"]
    assert all(part["attributes"]["label"] for part in asked)
    assert len({part["id"] for part in asked}) == len(asked) > 0


def test_there_are_forms_for_bugs_numbers_and_ideas_and_a_bug_asks_for_doctor():
    assert [path.stem for path in FORMS] == ["bug", "feature", "wrong_number"]
    assert "`claudesess doctor`" in read(".github/ISSUE_TEMPLATE/bug.yml")


def test_every_command_that_they_name_is_there():
    pages = [read("SECURITY.md"), read(".github/pull_request_template.md"), *(read(form) for form in FORMS)]
    named = set(re.findall(r"`claudesess (\w+)", "".join(pages)))
    assert {"doctor", "prune", "uninstall"} <= named
    for name in named:
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0, name


def test_every_link_of_the_security_page_leads_somewhere():
    linked = re.findall(r"\]\(([^)]+)\)", read("SECURITY.md"))
    assert linked and [link for link in linked if not (ROOT / link).is_file()] == []
