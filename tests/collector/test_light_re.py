"""Patterns compiled without `re`: they find the same, and `re` can be loaded after them as if nothing had been."""

import shutil
import subprocess
import sys

import pytest
from stage import COLLECT


def said(script, folder=COLLECT.parent):
    """Return what a script prints in an interpreter that has loaded nothing."""
    code = f"import sys; sys.path.insert(0, sys.argv[1]); from claudesess_collector import light_re\n{script}"
    command = [sys.executable, "-I", "-S", "-c", code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]


def test_patterns_are_compiled_without_re():
    assert said(
        "print(light_re.compile(r'(?P<n>a+)-(b|c)', light_re.IGNORECASE).findall('xAA-b aa-C'))\n"
        "print(light_re.sub(r'\\d+', '#', '12 a 3'), light_re.search('a', 'b'))\n"
        "print(light_re.fullmatch('a+', 'aa').span(), {'re', 'enum'} & set(sys.modules))"
    ) == ["[('AA', 'b'), ('aa', 'C')]", "# a # None", "(0, 2) set()"]


def test_re_comes_after_it_as_ever():
    assert said(
        "light_re.compile('a(b)')\n"
        "import json, re\n"
        "print(re.sub('a(b)', r'<\\1>', 'ab', flags=re.I), re.escape('.'), json.loads('[1]'))\n"
        "print(light_re.compile('(b)').sub(r'<\\1>', 'ab'), light_re.compile('c') is light_re.compile('c'))"
    ) == ["<b> \\. [1]", "a<b> True"]


@pytest.mark.parametrize(
    "before",
    [
        "import re",
        "import encodings; encodings.__path__ = ['/nowhere/encodings']",
    ],
    ids=["is loaded", "lies elsewhere"],
)
def test_where_re_is_loaded_or_lies_elsewhere_it_is_taken_whole(before):
    assert said(
        f"{before}\nprint(light_re.search('b', 'ab').start(), 'enum' in sys.modules, hasattr(sys.modules['re'], 'sub'))"
    ) == ["1 True True"]


@pytest.fixture
def copied(tmp_path):
    """Return the folder of a collector that has compiled nothing yet."""
    skipped = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(COLLECT.parent, tmp_path / "copied", ignore=skipped)


def kept_in(folder):
    return sorted((folder / "claudesess_collector/__pycache__").glob("pattern-*"))


# A pattern with all that is told of one: names, numbers, flags, a class of characters, and what looks around.
ASKED = (
    "found = light_re.compile(r'(?P<n>[a-f\u00e9]+)(?:-(\\d))?(?=!)', light_re.IGNORECASE)\n"
    "print(found.pattern == r'(?P<n>[a-f\u00e9]+)(?:-(\\d))?(?=!)', found.flags, found.groups, dict(found.groupindex),"
    " [(one.span(), one.groupdict(), one.lastgroup, one[2]) for one in found.finditer('xAB\u00c9-1! ab! ab')],"
    " 're._compiler' in sys.modules)"
)


def test_a_pattern_that_was_compiled_once_is_taken_as_it_is(copied):
    (first,), (second,) = said(ASKED, copied), said(ASKED, copied)
    assert (first.endswith(" True"), second.endswith(" False"), len(kept_in(copied))) == (True, True, 1)
    assert first.removesuffix(" True") == second.removesuffix(" False")
    assert "'n': 'AB\u00c9'" in first


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept[:-7],
        lambda kept: b"",
        lambda kept: kept.replace(b"[a-f", b"[b-f"),
        lambda kept: kept.replace(sys.version.encode(), b"x" * len(sys.version)),
    ],
    ids=["cut", "empty", "another pattern's", "another Python's"],
)
def test_what_is_damaged_or_of_others_is_compiled_anew(copied, damage):
    (first,) = said(ASKED, copied)
    (kept,) = kept_in(copied)
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    assert kept.read_bytes() != whole
    assert said(ASKED, copied) == [first]
    assert kept.read_bytes() == whole


def test_patterns_of_others_are_not_kept(copied):
    said("light_re.compile('a(b)')\nimport re\nre.compile('of another')", copied)
    (kept,) = kept_in(copied)
    assert b"a(b)" in kept.read_bytes()


def test_patterns_of_a_users_secrets_are_kept_nowhere(copied, tmp_path):
    (tmp_path / ".claude-session-secrets").write_text("hunter[0-9]{4}\n")
    (said_so,) = said(
        "from claudesess_collector import privacy_redact, system\n"
        f"system.own_secrets = ({str(tmp_path / '.claude-session-secrets')!r},)\n"
        "print(privacy_redact.redact('3 passed, with hunter2024 as password: xK9!vQ2#'))",
        copied,
    )
    assert "[redacted:own]" in said_so
    assert [one for one in kept_in(copied) if b"hunter" in one.read_bytes()] == []


def test_where_nothing_can_be_or_is_to_be_written_it_is_compiled_each_time(copied):
    assert said("sys.dont_write_bytecode = True\n" + ASKED, copied)[0].endswith(" True")
    assert kept_in(copied) == []
    shutil.rmtree(copied / "claudesess_collector/__pycache__")
    (copied / "claudesess_collector/__pycache__").write_text("no folder")
    for _ in range(2):
        assert said(ASKED, copied)[0].endswith(" True")
