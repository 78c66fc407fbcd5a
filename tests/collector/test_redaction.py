"""No secret, no escape sequence, no more characters than asked for. All secrets here are made up or documented examples."""

import random
import re
from functools import cache

import pytest
from claudesess_collector import privacy_redact as redact_module
from claudesess_collector import privacy_values
from claudesess_collector.privacy_redact import (
    MARKERS,
    WINDOW,
    clean,
    head_and_tail,
    one_line,
    redact,
    storable,
)
from claudesess_collector.privacy_secrets import JUDGES, PATTERNS, _matches, _places, search_with
from claudesess_collector.privacy_services import NAMES
from corpus import HARMLESS, TOKENS, TOLD, A
from made import SECRETS
from tables import each_row

from claudesess.importing import markers as all_at_once

EXAMPLES = [(kind, secret) for kind, secrets in TOKENS.items() for secret in secrets]


@cache
def in_one_pass():
    """Return what an import looks with, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redact_module, "search", None)
        search_with(all_at_once.search)
        return redact_module.search


@pytest.fixture(params=["each", "all at once"], autouse=True)
def _search(request, monkeypatch):
    """Markers are looked for one by one, as hooks do, and in one pass, as an import does."""
    monkeypatch.setattr(redact_module, "search", in_one_pass() if request.param == "all at once" else None)


@each_row(("kind", "secret"), EXAMPLES)
@each_row("around", ["{}", "x {} y", "'{}'", "key={}", "({}),", "\x1b[31m{}\x1b[0m"])
def test_a_known_kind_of_secret_is_replaced(kind, secret, around):
    kept = storable(around.format(secret), 4000)
    assert secret not in kept
    assert secret[-12:] not in kept
    assert "[redacted:" in kept
    if around == "{}":
        assert kept.strip() == f"[redacted:{kind}]"


def test_every_kind_is_named_by_an_example():
    texts = (
        [secret for _, secret in EXAMPLES] + [text for text, _ in TOLD] + [secret.text for secret in SECRETS]
    )
    named = {kind for text in texts for kind in re.findall(r"\[redacted:([\w-]+)\]", redact(text))}
    assert named == {kind for kind, *_ in PATTERNS}


@each_row(("text", "secret"), TOLD)
def test_what_an_assignment_or_an_address_gives_away(text, secret):
    assert secret not in redact(text)


def test_the_corpus_is_as_large_as_it_says():
    assert len(EXAMPLES) >= 60
    assert len(TOKENS) >= 15
    assert len(set(HARMLESS)) >= 60


def test_harmless_look_alikes_stay():
    assert [text for text in HARMLESS if redact(text) != text] == []


@each_row(("kind", "secret"), EXAMPLES)
def test_a_limit_leaves_no_half_of_a_secret(kind, secret):
    for limit in (60, 70, 80, 120):
        assert secret[:16] not in one_line(f"{'x ' * 30}{secret} and more", limit)


def test_every_marker_of_a_pattern_makes_a_text_worth_looking_at():
    every = [*NAMES, *(marker for _, markers in MARKERS for marker in markers)]
    assert all(marker == marker.lower() for marker in every)
    asked = {marker for _, markers, *_ in PATTERNS for marker in markers.lower().split()}
    assert [marker for marker in asked if not any(known in marker for known in every)] == []
    assert [known for known in every if not any(known in marker for marker in asked)] == []


@pytest.mark.slow
def test_a_match_is_looked_for_wherever_it_can_begin():
    draw = random.Random(3)
    pieces = [*HARMLESS, *(text for text, _ in TOLD), *(secret for _, secret in EXAMPLES)]
    pieces += [secret.text for secret in SECRETS]
    for _ in range(300):
        text = draw.choice(["", " ", "\n", "="]).join(draw.choices(pieces, k=12))
        places = _places(text)
        for number, (kind, _, reach, pattern, group) in enumerate(PATTERNS):
            if group in JUDGES:  # looked for again inside of what was none
                continue
            compiled = re.compile(pattern)
            holds = lambda found: bool(_places(found.group()).get(number))  # noqa: B023, E731
            expected = [found.span() for found in compiled.finditer(text) if holds(found)]
            found = _matches(pattern, text, places.get(number, []), reach)
            assert [one.span() for one in found if holds(one)] == expected, (kind, text)


@each_row("text", ["\u017fecret-B={}", "docker log\u0131n -u bob --pa\u017f\u017fword {} x.example"])
def test_letters_that_patterns_take_for_others_hide_nothing(text):
    assert "FFC88_e5C27E0range" not in redact(text.format("FFC88_e5C27E0range"))


def test_half_a_character_hides_nothing():
    assert redact("\ud800 API_TOKEN=abcdef0123456789 \udfff") == "\ud800 API_TOKEN=[redacted:secret] \udfff"


@each_row("text", ["\u0130 {}", "{} \u0130", "\u0130" * 40 + "{}"])
def test_a_letter_that_grows_when_it_is_lowered_moves_nothing(text):
    assert "abcdef0123" not in redact(text.format("API_TOKEN=abcdef0123456789"))


def test_sequences_go_whole_and_control_and_bidi_characters_too():
    assert clean("\x1b[31mred\x1b[0m \x1b]0;title\x07a\x00b\u202ec\u200f\n\td\x9b1me") == "red abc\n\tde"


def test_long_text_is_looked_at_in_a_window_and_cut_last():
    long = "a" * 100_000
    assert len(clean(long)) < 20_000
    assert len(storable(long, 50)) == 50
    assert one_line("a\n  b\tc", 10) == "a b c"
    assert len(head_and_tail("x" * 5000, 2048)) == 2048
    assert one_line("x" * 110 + " sk-ant-api03-" + A, 120).endswith(" [redacte…")


@each_row("text", [" " * 9000, "password=" * 900, "token: " * 900, "-" * 9000, "a." * 4500, "\\" * 9000,
                                  "'\"" * 4500, "key:\n" * 1800, "eyJ" * 3000, "curl -u " * 1000, "echo | sudo " * 700,
                                  "curl -b a=b " * 800, "cookie: a=1;" * 800, "fb-" * 3000, "tokens: ['a1b2c3'," * 500])  # fmt: skip
def test_a_text_made_to_take_long_is_tried_at_few_places(text, monkeypatch):
    """Each place of a marker costs one look at most, each of which is bounded: no look at a place twice."""
    looks = []
    for judge in set(JUDGES.values()):
        monkeypatch.setattr(privacy_values, judge, lambda found: looks.append(found.start("value")) or False)
    redact(text)
    assert len(looks) <= 2 * len(text)


@each_row(
    "piece", ["password=", "password='a", "token is ", "key:\n", 'api_key: "', "secret = b ", "pass,  "]
)
def test_of_a_megabyte_little_is_judged(piece, monkeypatch):
    """Its two ends are searched, each place once, and of what stands there so many characters are judged."""
    judged, none = [], privacy_values._is_none
    monkeypatch.setattr(
        privacy_values, "_is_none", lambda bare, is_quoted: judged.append(len(bare)) or none(bare, is_quoted)
    )
    storable(piece * (1_000_000 // len(piece)), 2048)
    assert len(judged) <= 2 * (2 * WINDOW + 64)
    assert max(judged, default=0) <= privacy_values.JUDGED


def test_two_commands_that_differ_in_their_secret_alone_have_one_aim():
    from claudesess_collector.aims import of_command

    commands = [f"deploy --token {secret} --all" for secret in (A, A[::-1])]
    kept = {redact(command) for command in commands}
    assert len(kept) == 1
    assert len({of_command(command, "/p", "/p").parts[0].aim for command in kept}) == 1


@each_row("text", ['password = "hunter2x', "DB_PASSWORD='hunter2x", '{\\"password\\": \\"hunter2x'])
def test_a_value_whose_quote_was_cut_off_is_one(text):
    assert "hunter2" not in redact(text)


def test_a_name_in_what_was_no_secret_is_found():
    assert redact("token = get(password='hunter2x')") == "token = get(password=[redacted:password])"
