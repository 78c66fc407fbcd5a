"""Patterns compiled without `re`: they find the same, and `re` can be loaded after them as if nothing had been."""

import subprocess
import sys

import pytest
from stage import COLLECT


def said(script):
    """Return what a script prints in an interpreter that has loaded nothing."""
    code = f"import sys; sys.path.insert(0, sys.argv[1]); from claudesess_collector import light_re\n{script}"
    command = [sys.executable, "-I", "-S", "-c", code, str(COLLECT.parent)]
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
