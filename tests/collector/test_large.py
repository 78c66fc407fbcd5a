"""Of a very large payload the middle of long texts stays out, and nothing that is recorded changes by it."""

import json
import re

import pytest
from claudesess_collector import payload, payload_large
from counts import FULL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage import SESSION, Project
from tables import each_row

SIDE, LONG = 120, 480
TEXT = st.text(st.sampled_from('abcß€😀\\"/\n\t\x00\x1f {}[],:u0'), max_size=40)
LONG_TEXT = st.builds(
    lambda parts, n: "".join(parts) * n, st.lists(TEXT, min_size=1, max_size=6), st.integers(1, 60)
)
KEY = st.sampled_from(["stdout", "content", "command", "error", "a\\", 'b"', "path", "ß"])
VALUE = st.recursive(
    LONG_TEXT | TEXT | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=12,
)


def pieces(data, sizes):
    """Return a function that hands out the bytes in pieces, then nothing."""
    rest = [data]

    def read():
        n = sizes[len(rest) % len(sizes)]
        piece, rest[0] = rest[0][:n], rest[0][n:]
        rest.append(b"")
        return piece

    return read


def kept_of(data, sizes, begun=0):
    return payload_large.Reader(data[:begun], pieces(data[begun:], sizes)).read_all()


def assert_alike(kept, whole, key=""):
    """Everything is there; only a long text may lack its middle, and none of those that count as a whole."""
    if isinstance(whole, dict):
        assert list(kept) == list(whole)
        for name in whole:
            assert_alike(kept[name], whole[name], name)
    elif isinstance(whole, list):
        assert len(kept) == len(whole)
        for one, other in zip(kept, whole, strict=True):
            assert_alike(one, other)
    elif kept != whole:
        assert key.encode() not in payload_large.WHOLE and key
        assert len(whole) > LONG // 12
        assert "\n[cut]\n" in kept
        n = SIDE // 12
        assert (kept[:n], kept[-n:]) == (whole[:n], whole[-n:])


@pytest.fixture(scope="module")
def small():
    """Sizes at which a generated payload is large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payload_large, "SIDE", SIDE)
        patch.setattr(payload_large, "LONG", LONG)
        patch.setattr(payload_large, "FEW", 2)
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("small")
@settings(max_examples=1500 if FULL else 150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(KEY, VALUE, max_size=5),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")]),
    st.lists(st.integers(1, 90), min_size=1, max_size=3),
)
def test_what_is_kept_is_the_payload_but_for_the_middle_of_long_texts(said, ascii_only, marks, sizes):
    data = json.dumps(said, ensure_ascii=ascii_only, separators=marks).encode()
    kept = kept_of(data, sizes)
    assert_alike(payload.parse(kept), payload.parse(data))
    assert kept_of(data, [1 << 16], begun=len(data) // 2) == kept


@pytest.mark.slow
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("end", ["", "\\", "\\\\", '"', '\\"', '\\\\"', "\n"])
@pytest.mark.parametrize("filler", ["x", "\\", '"', "\n", "\x00", "ß", "😀", '\\"'])
def test_texts_end_where_they_end(filler, end):
    said = {"stdout": filler * 2000 + end, "numbers": list(range(500)), "content": filler * 900, "last": 1}
    for ascii_only in (True, False):
        data = json.dumps(said, ensure_ascii=ascii_only, separators=(",", ":")).encode()
        for n in (1, 7, 64, 4096):
            kept = kept_of(data, [n])
            found = payload.parse(kept)
            assert_alike(found, said)
            assert len(found["stdout"]) < LONG
            assert len(kept) < len(data)


def shown(filler, end, size):
    """Return the bytes of a payload, and what is to be kept: of a long text as much as no escape is cut in."""
    text = json.dumps(filler * size + end)[1:-1]
    marks = re.findall(r"\\u....|\\.|.", text, re.DOTALL)
    head, tail = [], []
    while marks and sum(map(len, head)) + len(marks[0]) <= SIDE:
        head.append(marks.pop(0))
    while marks and sum(map(len, tail)) < SIDE:
        tail.insert(0, marks.pop())
    said = '{"stdout":"%s","path":"%s","content":"a","last":[1,"b"]}'
    whole, cut = (said % (part, "c" * 600) for part in (text, "".join(head) + "\\n[cut]\\n" + "".join(tail)))
    return whole.encode(), (cut if len(text) > LONG else whole).encode()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("end", ["", "\\", "\\\\", '"', 'x"'])
@pytest.mark.parametrize("filler", ["x", "\\", '"', "\n", "ß", '\\"', "\\\\x"])
def test_a_text_is_cut_at_the_same_places_whatever_the_pieces(filler, end):
    whole, kept = shown(filler, end, 700)
    for n in (1, 7, 250, 100_000):
        assert kept_of(whole, [n]) == kept
    assert kept_of(whole, [3], begun=400) == kept


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("size", "is_cut"), [(LONG, False), (LONG + 1, True)])
@pytest.mark.parametrize("gap", ["", " " * 97, " " * 99])
def test_only_a_text_that_is_longer_than_so_is_cut_and_only_a_value_near_its_key(size, is_cut, gap):
    data = b'{"stdout"%s:"%s"}' % (gap.encode(), b"x" * size)
    assert (payload_large.MARK in kept_of(data, [50])) is (is_cut and len(gap) < 99)
    assert kept_of(b'["%s"]' % (b"x" * size), [50]) == b'["%s"]' % (b"x" * size)  # of no key


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("length", "is_known"), [(98, True), (99, False)])
def test_the_key_of_a_text_is_known_unless_it_is_a_text_itself(length, is_known):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payload_large, "WHOLE", {b"k" * 98, b"k" * 99})
        data = b'{"%s":"%s"}' % (b"k" * length, b"x" * 600)
        assert (kept_of(data, [50]) == data) is is_known


@pytest.mark.usefixtures("small")
def test_behind_so_many_texts_all_is_kept():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payload_large, "TEXTS", 6)
        long = b'"stdout":"%s"' % (b"x" * 600)
        assert payload_large.MARK in kept_of(b'{"a":"","b":"",%s}' % long, [50])
        assert payload_large.MARK not in kept_of(b'{"a":"","b":"","c":"",%s}' % long, [50])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("n", "is_cut"), [(4997, True), (4998, False)])
def test_so_many_texts_are_looked_at(n, is_cut):
    small = b",".join([b'""'] * n)
    data = b'{"a":[%s],"stdout":"%s"}' % (small, b"x" * 600)  # two keys and a value more
    assert (payload_large.MARK in kept_of(data, [1 << 16])) is is_cut


@pytest.mark.usefixtures("small")
def test_of_a_text_that_is_torn_off_the_beginning_is_kept():
    data = b'{"stdout":"%s' % (b"x" * 900)
    assert kept_of(data, [64]) == data[: 11 + SIDE]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("n", [1, 64, 4096])
def test_of_a_long_text_both_ends_stay(n):
    said = b'{"stdout":"%s","path":"%s","last":1}'
    data = said % (b"a" * 300 + b"b" * 300, b"c" * 600)
    assert kept_of(data, [n]) == said % (b"a" * SIDE + payload_large.MARK + b"b" * SIDE, b"c" * 600)


@each_row(
    ("head", "names"),
    [
        (b'{"session_id":"s", "cwd" : "/p","tool_name":"Bash","tool_input":{"command":"ls', ["session_id", "cwd", "tool_name"]),
        (b'{"session_id":"s","cwd":"/p', ["session_id"]),  # torn off within a name
        (b'{"session_id":1,"cwd":"/p"', ["cwd"]),
        (b'{"cwd":"%s"' % (b"p" * 4088), ["cwd"]),  # it ends 4,095 bytes behind its key
        (b'{"cwd":"%s"' % (b"p" * 4089), []),
        (b"", []),
    ],
)  # fmt: skip
def test_of_a_payload_that_there_is_no_memory_for_its_beginning_names_it(head, names):
    assert list(payload.parse(payload_large.names(head)) or {}) == names


@pytest.mark.usefixtures("small")
@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 100))
def test_what_is_no_json_is_read_to_its_end(data, n):
    kept_of(data, [n])
    kept_of(b'{"stdout": "' + data, [n])


@pytest.mark.usefixtures("small")
def test_many_small_texts_are_kept_as_they_are(monkeypatch):
    monkeypatch.setattr(payload_large, "TEXTS", 50)
    data = json.dumps({"lines": ["x"] * 100, "stdout": "y" * 5000}).encode()
    assert kept_of(data, [64]) == data


LINES = "".join(f'{n} "quoted" words\n' for n in range(200_000))
EVENTS = {
    "output": ("PostToolUse", {"tool_name": "Bash", "tool_input": {"command": "cat a"}, "tool_response": {"stdout": LINES}}),
    "a hidden failure": (
        "PostToolUse",
        {"tool_name": "Bash", "tool_input": {"command": "pytest | cat"}, "tool_response": {"stdout": f"{LINES}1 failed in 0.1s"}},
    ),
    "a written file": (
        "PostToolUse",
        {"tool_name": "Write", "tool_input": {"file_path": "/a", "content": LINES}, "tool_response": {"originalFile": LINES}},
    ),
    "a long command": ("PostToolUse", {"tool_name": "Bash", "tool_input": {"command": f"cat <<E\n{LINES}E\n"}}),
    "a failure": ("PostToolUseFailure", {"tool_name": "Bash", "tool_input": {"command": "pytest"}, "error": LINES}),
    "a prompt": ("UserPromptSubmit", {"prompt": f"<task-notification>{LINES}"}),
    "a summary": ("PostCompact", {"trigger": "auto", "compact_summary": LINES}),
    "an API error": ("StopFailure", {"error": "x", "last_assistant_message": LINES}),
    "small texts": ("PostToolUse", {"tool_name": "X", "tool_response": LINES.split()}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVENTS)
def test_what_is_recorded_is_what_a_reading_of_all_records(project, tmp_path, kind):
    event, fields = EVENTS[kind]
    if "Tool" in event:
        fields = {**fields, "tool_use_id": "t1"}
    said = {"session_id": SESSION, "cwd": project.folder, "hook_event_name": event, **fields}
    data = json.dumps(said, separators=(",", ":")).encode()
    assert len(data) > 1 << 21
    project.raw(data)
    other = Project(tmp_path / "other")
    other.process(data, "--at", str(project.now), "--root", str(other.root), CLAUDE_PROJECT_DIR=other.folder)
    assert contents(other) == contents(project)


def contents(project):
    names = project.column(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'claudesess_seen'"
    )
    rows = {name: project.rows(f"SELECT * FROM {name}") for name in names}
    (event,) = rows.pop("hook_events")
    summary = json.loads(event[5])
    summary.pop("digest", None)  # of other bytes
    return rows, event[:5], event[6], summary


def test_delivered_twice_it_counts_once_and_another_one_counts(project):
    for last in ("a", "a", "b"):
        said = {"session_id": SESSION, "hook_event_name": "SubagentStop", "x": LINES + last}
        project.process(json.dumps(said).encode())
    summaries = [
        json.loads(text) for text in project.column("SELECT payload_summary FROM hook_events ORDER BY id")
    ]
    assert [summary.get("dup", False) for summary in summaries] == [False, True, False]
