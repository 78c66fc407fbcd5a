"""Words of which any match of a pattern holds one: where a text has none of them, the pattern is not tried."""

import re
import sys
from pathlib import Path

import pytest
from claudesess_collector import light_re, output_verdict
from tables import each_row

sys.path.insert(0, str(Path(__file__).parents[1]))
import pattern_words


def test_what_is_written_down_is_of_the_patterns_of_today():
    assert pattern_words.WRITTEN.read_text(encoding="utf-8") == pattern_words.written(), (
        "a pattern has changed: python tests/pattern_words.py"
    )


@each_row(
    ("pattern", "words"),
    [
        ("a.*bcd|efg+", {"bcd", "ef"}),
        (r"\bab\b|cde$", {"ab", "cde"}),
        ("(?:abc)?de", {"de"}),
        ("(?:abc)+d", {"abc"}),
        ("(?:abc|d)", None),  # one letter tells nothing
        ("(?:abc)?", None),
        ("[ab]cd|.*", None),
        ("x(?!yy)zz", {"xzz"}),
        ("(?!)", set()),  # matches nothing
        ("(?i)AbC", {"abc"}),
        ("(?i:AbC)", None),  # in a pattern that ignores case in parts, nobody lowers the text
        ("a{0,3}(?:bc){2}", {"bc"}),
    ],
)
def test_words_of_a_pattern(pattern, words):
    assert pattern_words.words_of(pattern) == words


@each_row(
    ("pattern", "flags", "lines", "found"),
    [
        (output_verdict._START_UP, 0, ["a", "sh: x: Permission denied", "panic: b"], [1, 2]),
        (output_verdict._START_UP, 0, ["a panic", "command"], []),
        (output_verdict._STATUS, light_re.IGNORECASE, ["EXITED WITH CODE 2", "exıt 3", "ex it 4"], [0, 1]),
        ("unknown (?:pattern)", 0, ["unknown pattern", "known"], [0]),
    ],
)
def test_matches_are_those_that_the_pattern_has_by_itself(pattern, flags, lines, found):
    tried = [match for line in lines if (match := re.compile(pattern, flags).match(line)) is not None]
    assert [match.string for match in light_re.matches(pattern, light_re.Lines(lines), flags)] == [
        lines[n] for n in found
    ]
    assert [match.string for match in tried] == [lines[n] for n in found]


def test_a_pattern_whose_words_a_text_lacks_is_not_compiled(monkeypatch):
    monkeypatch.setattr(light_re, "compile", lambda *_: pytest.fail("compiled"))
    monkeypatch.setattr(light_re, "_patterns", {})
    assert list(light_re.matches(output_verdict._START_UP, light_re.Lines(["all is well"]))) == []
    assert output_verdict.judge("all is well", "?") is None
