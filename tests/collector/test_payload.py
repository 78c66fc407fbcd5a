"""Typed looks into what a client sent, and what of it fits into a summary."""

from claudesess_collector import clock, payload
from claudesess_collector import event as event_module
from claudesess_collector.clock import stamp
from claudesess_collector.database import Database
from claudesess_collector.event import Event, Place, expected
from tables import each_row

SESSION = "s1"


@each_row(
    ("raw", "expected"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf {"a": 1}\r\n\t', {"a": 1}),
        (b'{"a": 1} x', None),
        (b'{"a": 1', None),
        (b'[{"a": 1}]', None),
        (b"", None),
        (b'{"a": "\x01"}', {"a": "\x01"}),
        (b'{"a": 999999999999999999}', {"a": 999_999_999_999_999_999}),
        (b'{"a": 1000000000000000000}', {"a": None}),  # of nineteen digits not each fits into a column
        (b'{"a": NaN, "b": -Infinity, "c": 1.5}', {"a": None, "b": None, "c": 1.5}),
    ],
)
def test_only_a_json_object_is_a_payload(raw, expected):
    assert payload.parse(raw) == expected


@each_row(
    ("found", "name"),
    [
        ("Bash", "Bash"),
        ("x" * 200, "x" * 200),
        ("x" * 201, None),
        ("two\nlines", None),
        ("", None),
        (7, None),
        (None, None),
        ("toolu_01abc", "toolu_01abc"),
        ("toolu_ password=hunter2hunter2", "toolu_ password=[redacted:password]"),
    ],
)
def test_a_name_is_a_short_line_without_secrets(found, name):
    assert payload.as_name(found) == name
    assert payload.name({"a": {"b": found}}, "a", "b") == name


@each_row(
    ("found", "number"),
    [(0, 0), (7, 7), (-7, -7), (1.9, 1), (2**62 - 1, 2**62 - 1), (2**62, None), (-(2**62), None), (True, None),
     (float("inf"), None), (float("nan"), None), ("7", None), (None, None)],
)  # fmt: skip
def test_a_number_fits_into_a_column(found, number):
    assert payload.as_number(found) == number


def test_looks_end_where_something_is_missing_or_of_another_type():
    said = {"a": {"b": "c"}, "d": ["e"], "f": ""}
    looks = [("a", "b"), ("a", "x", "y"), ("d", "e"), ("a", "b", "c"), ("f",), ("a",)]
    assert [payload.text(said, *keys) for keys in looks] == ["c", None, None, None, None, None]


def test_known_names_are_forgotten_before_they_are_too_many(monkeypatch):
    monkeypatch.setattr(payload, "_names", {})
    monkeypatch.setattr(payload, "_KNOWN_NAMES", 2)
    for name in ("a", "b", "c"):
        assert payload.as_name(name) == name
    assert payload._names == {"c": "c"}


@each_row(
    ("at_ms", "told"),
    [(0, "1970-01-01 00:00:00.000"), (59_999, "1970-01-01 00:00:59.999"), (60_000, "1970-01-01 00:01:00.000"),
     (1_800_000_000_007, "2027-01-15 08:00:00.007")],
)  # fmt: skip
def test_a_moment_is_told_to_the_millisecond(at_ms, told):
    assert stamp(at_ms) == told


def event(name="Stop", at_ms=1_000_000, **said):
    said = {"session_id": SESSION, "hook_event_name": name, **said}
    return Event(payload.to_json(said).encode(), said, at_ms, Place("/p"))


@each_row(
    ("name", "kind"),
    [("Stop", "stop"), ("PostToolUse", "post_tool_use"), ("post", "post"), ("ABC", "a_b_c"), (None, None)],
)
def test_an_events_type_is_its_name_in_snake_case(name, kind):
    assert event(name).event_type == kind


def test_a_payload_that_cannot_be_read_is_unparsed():
    assert Event(b"?", None, 0, Place("/p")).event_type == "unparsed"


def test_a_summary_of_a_kibibyte_is_whole_and_a_longer_one_goes_without_the_least_telling():
    order = ("snippet", "range", "reason", "source", "trigger", "path", "agent_type", "prompt_id")
    one = event()
    one.summary = {"tool": "Read", "ok": None, "unknown": None, "path": ""}
    rest = 1024 - len(one.summary_json())
    one.summary["path"] = "x" * rest
    assert payload.parse(one.summary_json().encode()) == {"tool": "Read", "ok": None, "path": "x" * rest}
    one.summary["path"] += "x"
    assert payload.parse(one.summary_json().encode()) == {"tool": "Read", "ok": None}
    for n in range(1, len(order)):
        one.summary = dict.fromkeys(order, "x" * (1000 // n - 20))  # of which n fit
        assert list(payload.parse(one.summary_json().encode())) == list(order[-n:])
    one.summary = {"path": "é" * 506}  # 12 bytes around 1,012
    assert len(one.summary_json().encode()) == 1024
    one.summary = {"path": "é" * 507}
    assert one.summary_json() == "{}"
    one.summary = {"tool": "x" * 1100}
    assert one.summary_json() == f'{{"bytes": {one.size}}}'
    one.size = None
    assert one.summary_json() == "{}"


@each_row("apart_ms", [-5001, -5000, 0, 5000, 5001])
def test_what_an_import_told_stands_for_one_hook_of_its_kind_and_time(tmp_path, apart_ms):
    db = Database(str(tmp_path / "x.db"))

    def is_doubled(one):
        one.db = db
        return one.is_doubled()

    told = event(at_ms=1_000_000)
    told.db = db
    assert told.note(expected(told))
    other = event("SubagentStop", at_ms=1_000_000)
    other.db = db
    assert other.note(expected(other))
    assert is_doubled(event(at_ms=1_000_000 + apart_ms, last="a")) is (abs(apart_ms) <= 5000)
    assert is_doubled(event(at_ms=1_000_000 + apart_ms, last="b")) is False
    assert is_doubled(event("SubagentStop", at_ms=1_000_000, agent_id="a1")) is False
    assert is_doubled(event("SubagentStop", at_ms=1_000_000)) is True
    db.close()


def test_of_what_an_import_told_the_nearest_is_meant(tmp_path):
    db = Database(str(tmp_path / "x.db"))
    for at_ms in (1_000_000, 1_004_000):
        told = event(at_ms=at_ms)
        told.db = db
        told.note(expected(told))
    hook = event(at_ms=1_003_000, last="a")
    hook.db = db
    assert hook.is_doubled()
    assert db.rows("SELECT at_ms FROM claudesess_seen") == [(1_000_000,)]
    db.close()


@each_row(
    ("values", "texts"),
    [
        (["a", 1, 2.5, True, None], ["a", "1", "2.5", "True"]), ([{"b": "x", "a": "y"}], ["y", "x"]), ([["x", ["y"]]], ["x", "y"]), (["x" * 512], ["x" * 512]),
        (["x" * 257 + "y" * 256], ["x" * 256 + "y" * 256]), (["a"] * 32, ["a"] * 32), (["a"] * 33, ["a"] * 32), ([["a"] * 40], ["a"] * 32), ([[[[[[[[["deep"]]]]]]]]], ["deep"]), ([[[[[[[[[["deeper"]]]]]]]]]], []),
        ([["x"] * 31, ["y", "z"]], ["x"] * 31 + ["y"]), ([[None] * 32 + ["late"]], []), ([[None] * 31 + ["late"]], ["late"]), ([{}], []),
    ],
)  # fmt: skip
def test_of_what_a_call_says_so_much_tells_it_from_another(values, texts):
    found = []
    event_module._gather(values, found, 0)
    assert found == texts


def test_a_call_s_number_is_of_its_id_and_of_what_it_says(monkeypatch):
    one, same, other, by = (
        event("PostToolUse", tool_name="Bash", tool_use_id=id_, tool_input={"command": command})
        for id_, command in (("t1", "ls"), ("t1", "ls"), ("t1", "pwd"), ("t2", "ls"))
    )
    numbers = [found.call_number for found in (one, same, other, by)]
    assert numbers[0] == numbers[1] != numbers[2]
    assert numbers[0] >> 11 == numbers[2] >> 11 != numbers[3] >> 11
    assert all(number % (1 << 11) < 1 << 10 for number in numbers)
    one.spooled_number = 7
    assert one.call_number == 7


def test_numbers_of_one_session_lie_together_and_have_room_above_them():
    numbers = [event_module.number_of(session, f"x{n}") for session in ("s", "t") for n in range(50)]
    assert len(set(numbers)) == 100
    assert all(0 <= number < 1 << 62 for number in numbers)
    assert len({number >> 46 for number in numbers[:50]}) == 1
    assert numbers[0] >> 46 != numbers[50] >> 46
    assert event_module.number_of(None, "x") == event_module.number_of("", "x")


@each_row("begin_ms", [1_000_000, 1_000_500, 1_001_999])
@each_row(("apart_ms", "is_doubled"), [(0, True), (1999, True), (2000, True), (2001, False), (-2000, True), (-2001, False), (4000, False)])  # fmt: skip
def test_the_same_bytes_within_two_seconds_are_one_event(tmp_path, begin_ms, apart_ms, is_doubled):
    db = Database(str(tmp_path / "x.db"))
    found = []
    for at_ms in (begin_ms, begin_ms + apart_ms):
        one = event(at_ms=at_ms)
        one.db = db
        found.append(one.is_doubled())
    db.close()
    assert found == [False, is_doubled]


@each_row(
    ("arguments", "path"),
    [
        ({"file_path": "/a"}, "/a"), ({"notebook_path": "/b"}, "/b"), ({"file_path": "/a", "notebook_path": "/b"}, "/a"), ({"file_path": "", "notebook_path": "/b"}, "/b"), ({"path": "/c"}, None), ("/a", None),
        (None, None),
    ],
)  # fmt: skip
def test_the_file_that_a_tool_was_given(arguments, path):
    assert event("PreToolUse", tool_input=arguments).file_path == path


@each_row(("ms", "began"), [(None, "1970-01-01 00:16:40.000"), (1500, "1970-01-01 00:16:38.500"), (0, "1970-01-01 00:16:40.000")])  # fmt: skip
def test_a_call_began_its_duration_before_its_end(ms, began):
    one = event("PostToolUse", tool_name="Bash", duration_ms=ms)
    assert (one.began_at, one.run_began) == (began, began)
    one.since = "2026"
    assert (one.began_at, one.run_began) == (began, "2026")


@each_row(
    ("written", "ms"),
    [
        ("1970-01-01T00:00:01.234Z", 1_234), ("1970-01-01 00:00:01.234", 1_234), ("1970-01-01T00:00:01", 1_000), ("1970-01-01T00:00:01Z", 1_000), ("1970-01-01T00:00:01.2Z", 1_000), ("1970-01-01T00:00:01.23", 1_000), ("1970-01-01T00:00:01.234567Z", 1_234),
        ("1970-01-01T00:00:01.abc", 1_000), ("1970-01-01T00:00:0", None), ("1970-13-01T00:00:01Z", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_time_as_transcripts_write_it(written, ms):
    assert clock.at_ms(written) == ms
