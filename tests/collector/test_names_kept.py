"""Names of tools and keys: what is kept of them as it is written, and lines that a cut leaves out."""

import pytest
from claudesess_collector import payload
from claudesess_collector.privacy_names import plain, plain_name
from claudesess_collector.privacy_redact import _from_a_line
from tables import each_row


@each_row(
    ("name", "is_kept"),
    [
        ("mcp__db__query", True),
        ("plugin:tool.v2", True),
        ("naïve", False),
        ("two words", False),
        ("a\nb", False),
    ],
)
def test_a_name_is_kept_where_it_is_one_plain_word(name, is_kept):
    assert (plain_name(name) == name) is is_kept


def below(levels, value):
    """Put a value below so many objects and lists, in turns."""
    for n in range(levels):
        value = [value] if n % 2 else {"more": value}
    return value


@each_row("levels", range(15))
def test_names_are_looked_for_so_deep(levels):
    said, hashed = (
        {"more": below(levels, {"type": name})} for name in ("two words", plain_name("two words"))
    )
    assert plain(said) == (hashed if levels <= 11 else said)


@each_row(("n", "is_looked_at"), [(0, True), (1, True), (999, True), (1000, True), (1001, False)])
def test_names_are_looked_for_in_lists_of_so_many(n, is_looked_at):
    said, hashed = ({"more": [{"type": name}] * n} for name in ("two words", plain_name("two words")))
    assert plain(said) == (hashed if is_looked_at else said)


@each_row(
    ("event", "error", "is_kept"),
    [
        ("StopFailure", "rate_limit", True), ("StopFailure", "two words", False), ("StopFailure", {"text": "two words"}, True),
        ("PostToolUseFailure", "two words", True),  # a text, of which the handlers take what is no content
    ],
)  # fmt: skip
def test_why_a_turn_fails_is_a_name(event, error, is_kept):
    said = {"hook_event_name": event, "error": error}
    assert (plain(said) == said) is is_kept


@each_row(
    ("lines", "kept"),
    [
        (["half", "two words", "three words here"], ["two words", "three words here"]),
        (["half", "password = x", "three words here"], ["three words here"]),  # whose line before it is cut
        (["half\\", "two words", "three words here"], ["three words here"]),  # it goes on
        (["half", "password = x"], ["password = x"]),  # the last stays
    ],
)
def test_what_a_cut_leaves_begins_with_a_whole_line(lines, kept):
    assert _from_a_line(lines, str.lstrip) == kept


@pytest.mark.parametrize("call_id", ["tooluse_aB3dE5gH7jK9mN1pQ2rS", "gwcall-aB3dE5gH7jK9mN1pQ2rS"])
def test_an_id_that_looks_like_a_key_stays_where_an_id_is_given(call_id):
    assert payload.as_name(call_id) == call_id
    assert payload.as_name("sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc") == "[redacted:stripe-key]"
