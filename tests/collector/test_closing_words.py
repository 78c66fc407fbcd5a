"""What closing words are: what is said of them and what they only show, and whether the last of them ask for something."""

from claudesess_collector import words
from tables import each_row

SAID = "The parser loses the last line of each file, and I could not find out why."
FEW = "See the parser."


@each_row("mark", ["```", "~~~"])
@each_row(
    ("text", "is_left_out"),
    [
        (f"{SAID}\n{{0}}\n1 failed\n{{0}}\n", True),
        (f"{{0}}text\n1 failed\n{{0}}\n{SAID}", True),
        (f"{SAID}\n  {{0}}\n1 failed", True),  # whose end is cut
        (f"{FEW}\n{{0}}\n1 failed\n{{0}}\n", False),  # so little says nothing without it
        (f"{SAID}\n1 failed", False),
        (f"{'said ' * 12}\n{{0}}\n1 failed", True),
        (f"{'said ' * 11}\n{{0}}\n1 failed", False),
    ],
)
def test_a_block_is_shown_and_not_said(mark, text, is_left_out):
    shown = text.format(mark)
    assert ("1 failed" in words.prose(shown)) is not is_left_out
    assert is_left_out or words.prose(shown) == shown


@each_row(
    ("asks", "counts"),
    [("please share", True), ("Let me know", True), ("What next?\n", True), ("I shared it", False)],
)
@each_row(("n", "is_near"), [(12, True), (399, True), (400, True), (401, False)])
def test_a_request_among_the_last_four_hundred_characters_ends_the_words(asks, counts, n, is_near):
    is_question = asks.endswith("?\n")
    text = f"{'x' * 50} " + (f"{' ' * n}{asks}" if is_question else f"{asks:<{n}}")
    assert words.ends_with_a_request(words.Spoken(text)) is (counts and (is_near or is_question))


@each_row(
    ("text", "asks"),
    [
        ("Shall it go? I wait here.", True), ("Shall it go?", True), ("Shall it go？", True), ("Shall it go?\nI wait here.", False),
        ("Please confirm.", True), ("I wait here.", False), ("See a?b=c for it.", False), ("", False),
    ],
)  # fmt: skip
def test_the_last_line_asks_or_any_of_the_last_words_asks_for_something(text, asks):
    assert words.ends_with_a_request(words.Spoken(text)) is asks


@each_row(
    ("text", "admits", "checks"),
    [
        ("I fixed the skipped compression test.", False, []), ("I fixed the remaining two skipped tests.", False, []), ("The remaining tests are skipped.", False, ["test"]),
        ("All schemes are blocked", True, []), ("✅ Done ⚠ but blocked", True, []),
        ("请允许安装。同时在手机上手动卸载旧版本后重试。", True, []), ("请求已发送。", False, []),
    ],
)  # fmt: skip
def test_what_is_said_to_be_mended_or_ticked_off_is_well_and_what_is_asked_of_the_user_is_not(
    text, admits, checks
):
    spoken = words.Spoken(text)
    assert (words.admits(spoken), words.failing_checks(spoken)) == (admits, checks)
