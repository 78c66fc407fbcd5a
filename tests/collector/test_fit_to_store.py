"""What is looked at of a text, and what is left of one too long: to the character."""

import pytest
from claudesess_collector import payload, privacy_redact
from claudesess_collector.privacy_redact import (
    WINDOW,
    head_and_tail,
    holds_run,
    is_secret_file,
    one_line,
    redact,
    storable,
    window,
)
from tables import each_row

HALF = WINDOW // 2


@each_row(
    ("text", "holds"),
    [
        ("zq_" + "a1" * 8, True), ("zq_" + "a1" * 7 + "a", False), ("zq." + "a1" * 8, True), ("zq-" + "a1" * 8, True), ("zq" + "a1" * 8, False), ("zq+" + "a1" * 8, False),
        ("zq_" + "a" * 16, False), ("zq_" + "1" * 16, False), ("zq_" + "a" * 15 + "1", True), ("a1" * 8 + "_z", True), ("_" + "a1" * 8, False), ("x zq_" + "a1" * 8 + ")", True),
        ("1" + "zq_" + "a" * 16, False), ("zq_a1 " + "a1" * 8, False), ("(zq_" + "a1" * 8 + ")", True), ("", False),
    ],
)  # fmt: skip
def test_a_word_that_may_be_a_key_that_shows_itself(text, holds):
    assert holds_run(text) is holds


@each_row(
    ("path", "is_one"),
    [
        (".env", True), (".env.local", True), (".ENV", True), (".env.example", False), (".env.sample", False), (".env.template", False), (".env.dist", False), ("a/b.env", True), ("env", False),
        ("a\\id_rsa", True), ("id_rsa.pub", False), ("a.pem", True), ("a.pem.txt", False), ("secrets.yml", True), ("my.secrets.yml", False), ("a.tfvars", True), ("", False), ("key", False), ("a.key", True),
    ],
)  # fmt: skip
def test_a_file_that_holds_secrets_by_its_nature(path, is_one):
    assert is_secret_file(path) is is_one


@pytest.mark.parametrize(("length", "is_cut"), [(2 * WINDOW, False), (2 * WINDOW + 1, True)])
def test_a_text_of_two_windows_is_looked_through_whole(length, is_cut):
    text = "ab " * (length // 3) + "c" * (length % 3)
    assert ("[cut]" in window(text)) is is_cut
    assert is_cut or window(text) == text


def cut(line, before="begin\n", behind="\nend"):
    """Return what is left of a long text, in whose half windows near the cut this line stands beside the cut and another before it."""
    filler = "w w\n"

    def padded(text, length, left):
        more = length - len(text)
        pad = (filler * (more // 4 + 1))[:more]
        return pad + text if left else text + pad

    head = padded(before, HALF, left=False) + padded(f"stays one\n{line}\nxx yy", HALF, left=True)
    tail = padded(f"xx yy\n{line}\nstays two", HALF, left=False) + padded(behind, HALF, left=True)
    kept = window(head + "m" * 50 + tail)
    return (
        kept.startswith(head[:HALF]),
        kept.endswith(tail[HALF:]),
        line in kept.partition("\n[cut]\n")[0],
        line in kept.partition("\n[cut]\n")[2],
    )


@each_row(
    ("line", "stays"),
    [
        ("two words", True), ("aword", True), ("a" * 19, True), ("a" * 20, False), ("a" * 63 + " b", True), ("a" * 64 + " b", False), ("key: " + "v" * 16, True), (" key: " + "v" * 16, False), ("\tkey: " + "v" * 16, False),
        (" key: " + "v" * 15, True), (" key " + "v" * 16, True), (" key: a " + "v" * 16, True), ("- 'a'", False), ('  - "a"', False), ("- a", True), ("value = x", False), ("  'default': x", False), ("password x", False),
        ('"login": x', False), ("the value x", True),
    ],
)  # fmt: skip
def test_a_line_beside_the_cut_goes_where_what_it_says_hangs_on_the_line_before(line, stays):
    begins, ends, _, in_tail = cut(line)
    assert begins and ends
    assert in_tail is stays


def test_of_lines_beside_the_cut_the_torn_one_goes_and_a_blank_one_wants_its_line_before():
    *_, in_head, in_tail = cut("two words")
    assert (in_head, in_tail) == (True, True)
    kept = window("a b\n" * 2048 + "x" + "\n" + "c d\n" * 5000)
    assert kept.count("[cut]") == 1
    text = "w w\n" * (HALF // 4) + "y" * (3 * WINDOW) + "w w\n" * (HALF // 4)
    assert window(text) == "w w\n" * (HALF // 4) + "\n[cut]\n" + "w w\n" * (HALF // 4)
    dotted = "w w\n" * (HALF // 4) + "(y) 'z z" * 4000 + "w w\n" * (HALF // 4)
    assert window(dotted).partition("\n[cut]\n")[0].endswith(("'", " "))


@each_row(
    ("text", "limit", "kept"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a b\nc", 9, "a b c"), ("", 3, None), (None, 3, None), (" \n ", 3, None), ("abcd", 1, "…")],
)  # fmt: skip
def test_a_line_is_cut_to_its_limit(text, limit, kept):
    assert one_line(text, limit) == kept


def test_a_text_is_cut_to_its_limit_and_keeps_its_lines():
    assert storable("a\nb", 9) == "a\nb"
    assert (storable("", 9), storable(None, 9)) == (None, None)
    assert one_line("x " * 9000, 20_000).startswith("x x ")
    assert len(one_line("xy " * 5460, 20_000)) == 3 * 5460 - 1


@pytest.mark.parametrize("limit", [100, 2048])
def test_of_an_output_the_beginning_and_twice_as_much_of_the_end_stay(limit):
    text = "".join(chr(97 + n % 26) for n in range(5000))
    mark = f"\n[{5000 - limit} characters cut]\n"
    head = (limit - len(mark)) // 3
    kept = head_and_tail(text, limit)
    assert kept == text[:head] + mark + text[-(limit - len(mark) - head) :]
    assert len(kept) == limit
    assert head_and_tail(text[:limit], limit) == text[:limit]


def test_a_text_shorter_than_any_secret_is_not_looked_at(monkeypatch):
    looks = []
    monkeypatch.setattr(privacy_redact, "search", None)
    monkeypatch.setattr(privacy_redact, "_holds_marker", lambda text: looks.append(text) or False)
    monkeypatch.setattr(privacy_redact, "_replace", lambda text: looks.append("all") or text)
    for length in (7, 8, privacy_redact.LONG - 1, privacy_redact.LONG):
        redact("x" * length)
    assert [len(text) if text != "all" else text for text in looks] == [8, privacy_redact.LONG - 1, "all"]


@each_row(
    ("text", "holds"),
    [
        ("my password x", True), ("accesskeylong1 key", True), ("x key", False), ("x" * 13 + "key", True), ("x" * 12 + "key", False), ("api-" + "x" * 21, True), ("api-" + "x" * 20, False), ("x\\u00y", True), ("a%3ab", True),
        ("a_b", False), ("x" * 20, False), ("stripe " + "x" * 19 + "1", True), ("stripe " + "x" * 18 + "1", False), ("nobodys " + "x" * 19 + "1", False),
    ],
)  # fmt: skip
def test_a_text_worth_looking_at_has_a_marker_and_a_word_long_enough(text, holds):
    assert privacy_redact._holds_marker(text) is holds


@each_row(
    ("name", "is_it"),
    [
        ("1234567", True), ("12345678", False), ("PostToolUse", True), ("0123abcd-45ef-67ab-89cd-0123456789ab", True), ("0123abcd-45ef-67ab-89cd-0123456789ag", False),
        ("0123abcd-45ef-67ab-89cd-0123456789a", False), ("0123abcd45ef-67ab-89cd-0123456789abc", False),
    ],
)  # fmt: skip
def test_a_name_that_is_the_client_s(name, is_it):
    assert payload._is_the_clients(name) is is_it


def test_a_uuid_is_looked_at_where_somebody_has_patterns_of_their_own(monkeypatch):
    monkeypatch.setattr(payload.system, "own_secrets", ("/x",))
    assert not payload._is_the_clients("0123abcd-45ef-67ab-89cd-0123456789ab")
    assert payload._is_the_clients("1234567")


@each_row(
    ("prompt", "found"),
    [
        ("<a>x</a>", "x"),
        ("y <a> x </a> z", "x"),
        ("<a>x", None),
        ("x</a>", None),
        ("</a><a>x</a>", "x"),
        ("<b>x</b>", None),
        ("<a></a>", ""),
    ],
)
def test_what_stands_between_a_tag_and_its_end(prompt, found):
    assert payload.tagged(prompt, "a") == found


@each_row(
    ("text", "found"),
    [
        ('["a", "b"]', ["a", "b"]),
        ('["a", 1, null]', ["a"]),
        ("[]", []),
        ("x", []),
        ("", []),
        (None, []),
        ('{"a": 1}', []),
    ],
)
def test_texts_of_a_list(text, found):
    assert payload.parse_list(text) == found
