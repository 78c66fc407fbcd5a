"""Settings are edited as text: everything that was there stays, and comes back to the last byte."""

import json

import pytest
from counts import by_run
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import each_row

from claudesess import install
from claudesess.install import entries, jsonc, settings_file
from claudesess.install.registration import EVENTS, Registration, is_by_hand, of_handler

OURS = Registration("/usr/bin/python3", "/opt/claudesess/collector/collect.py")

OTHER = Registration("/usr/bin/python3.12", "/home/dev/claudesess/collector/collect.py")

#: Settings as people write them.
FILES = {
    "none of ours": '{\n  "model": "opus",\n  "permissions": {\n    "allow": ["Read(//c/x/**)"]\n  }\n}\n',
    "one line": '{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"say done"}]}]}}',
    "tabs": '{\n\t"hooks": {\n\t\t"PostToolUse": [\n\t\t\t{"matcher": "Edit", "hooks": []}\n\t\t]\n\t}\n}',
    "comments": '{\n  // why\n  "model": "opus", // because\n  "env": {"A": "1",}, /* end */\n  // last\n}\n',
    "comment after the last": '{\n  "a": 1 // one\n  , "b": 2 // two\n}\n',
    "windows": '\ufeff{\r\n    "model": "opus",\r\n    "hooks": {}\r\n}\r\n',
    "empty": "",
    "white": " \n",
    "empty object": "{ }\n",
    "empty object on lines": "{\n\n}",
    "empty lists": '{\n  "hooks": {\n    "Stop": [],\n    "SessionEnd": [ ]\n  }\n}\n',
    "last bracket on the line": '{"a": {\n  "b": 1}}',
    "escapes": '{"hooks \\u00e9\\"": "// no comment", "b": "/* nor this */ \\\\"}',
}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@each_row("name", FILES)
def test_uninstalling_gives_back_every_byte(tmp_path, name):
    path = tmp_path / "settings.json"
    path.write_bytes(FILES[name].encode())
    assert settings_file.register(path, OURS).is_changed
    assert len(entries.found(entries.settings_of(path.read_bytes().decode())["hooks"])) == len(EVENTS)
    settings_file.unregister(path)
    assert path.read_bytes() == FILES[name].encode()
    assert names(tmp_path) == ["settings.json"]


@each_row("name", FILES)
def test_nothing_is_written_twice_and_a_new_path_replaces_the_old(tmp_path, name):
    path = tmp_path / "settings.json"
    path.write_bytes(FILES[name].encode())
    settings_file.register(path, OURS)
    once = path.read_bytes()
    assert not settings_file.register(path, OURS).is_changed
    assert path.read_bytes() == once
    settings_file.register(path, OTHER)
    found = entries.found(entries.settings_of(path.read_bytes().decode())["hooks"])
    assert {entry.registration for entry in found} == {OTHER}
    assert len(found) == len(EVENTS)
    settings_file.unregister(path)
    assert path.read_bytes() == FILES[name].encode()


def test_entries_stand_in_the_style_of_their_neighbours():
    text = '{\n    "hooks": {\n        "Stop": [\n            {"hooks": []} // mine\n        ]\n    }\n}\n'
    lines = entries.added(text, OURS).splitlines()
    assert lines[:7] == [
        "{",
        '    "hooks": {',
        '        "Stop": [',
        '            {"hooks": []}, // mine',
        "            {",
        '                "hooks": [',
        "                    {",
    ]
    assert entries.added('{"a": 1}', OURS).startswith(
        '{"a": 1, "hooks": {"SessionStart": [{"hooks": [{"type": '
    )
    assert "\r\n" in entries.added('{\r\n  "a": 1\r\n}', OURS)
    assert "\n" not in entries.added('{\r\n  "a": 1\r\n}', OURS).replace("\r\n", "")


def test_comments_among_our_entries_stay():
    text = entries.added('{\n  "a": 1 // x\n}', OURS)
    for place, comment in (('"SessionEnd"', "// before "), ('"Stop"', "/* in */ ")):
        text = text.replace(f"{place}: [", f"{comment}\n{place}: [ {comment}\n", 1)
    left = entries.removed(text)
    assert [left.count("// before"), left.count("/* in */"), left.count("// x")] == [2, 2, 1]
    assert entries.found(entries.settings_of(left).get("hooks")) == []


@each_row(
    ("text", "problem"),
    [
        ("[]", "holds no JSON object"),
        ("{", "is no JSON (line 1: a key in double quotes is missing)"),
        ("{'a': 1}", "is no JSON (line 1: a key in double quotes is missing)"),
        ('{\n"a" 1}', "is no JSON (line 2: a colon is missing)"),
        ('{"a": }', "is no JSON (line 1: a value is missing)"),
        ('{"a": nil}', "is no JSON (line 1: nil is no JSON)"),
        ('{"a": 1 "b": 2}', "is no JSON (line 1: a comma or the closing bracket is missing)"),
        ('{"a": "\\q"}', 'is no JSON (line 1: "\\q" is no JSON)'),
        ("{} {}", "is no JSON (line 1: something follows the end)"),
        ("{,}", "is no JSON (line 1: a key in double quotes is missing)"),
        ('{"a":' + "[" * 200, "is no JSON (line 1: nested too deeply)"),
        ('{"hooks": []}', 'has "hooks" that are no object'),
        ('{"hooks": {"Stop": {}}}', 'has "hooks" whose "Stop" is no list'),
        ('{"hooks": {"Stop": ["x"]}}', 'has a "Stop" that lists something else than groups of hooks'),
        ('{"hooks": {"Stop": [{"hook": []}]}}', 'has a "Stop" that lists something else than groups of hooks'),
        ('{"hooks": {}, "hooks": {}}', "is ambiguous: it holds hooks twice"),
        ('{"hooks": {"Stop": [], "Stop": []}}', 'is ambiguous: "hooks" holds Stop twice'),
        (
            '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "python3 /x/collector/collect.py"}]}]}}',
            "registers the collector by hand already (Stop)",
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(tmp_path, text, problem):
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(install.SettingsError) as refused:
        settings_file.register(path, OURS)
    assert str(refused.value) == f"{path} {problem}. It was left as it is."
    assert path.read_text() == text
    assert names(tmp_path) == ["settings.json"]


WHITE = st.sampled_from(["", " ", "\n", "\n  ", "\t", "\r\n", " /* c */ ", " // c\n", "\n// c\r\n  "])

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)

COMMAND = st.fixed_dictionaries({"type": st.just("command"), "command": st.sampled_from(["a", "b // c"])})

GROUPS = st.lists(st.fixed_dictionaries({"hooks": st.lists(COMMAND, max_size=2)}), max_size=2)

HOOKS = st.dictionaries(st.sampled_from(["Stop", "SessionEnd", "PreToolUse", "Notification"]), GROUPS)

VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)
)

SETTINGS = st.builds(
    lambda rest, hooks: rest if hooks is None else {**rest, "hooks": hooks},
    st.dictionaries(st.text(max_size=4).filter(lambda key: key != "hooks"), VALUES, max_size=3),
    st.none() | HOOKS,
)


@st.composite
def written(draw, value):
    """Write a value with white space, comments and trailing commas anywhere."""
    if not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=draw(st.booleans()))
    if isinstance(value, dict):
        opening, closing = "{}"
        parts = [
            json.dumps(key) + draw(WHITE) + ":" + draw(WHITE) + draw(written(item))
            for key, item in value.items()
        ]
    else:
        opening, closing = "[]"
        parts = [draw(written(item)) for item in value]
    inner = ",".join(draw(WHITE) + part + draw(WHITE) for part in parts)
    comma = "," + draw(WHITE) if parts and draw(st.booleans()) else ""
    return opening + (inner or draw(WHITE)) + comma + closing


@st.composite
def files(draw):
    value = draw(SETTINGS)
    return value, draw(st.sampled_from(["", "\ufeff"])) + draw(WHITE) + draw(written(value)) + draw(WHITE)


def without_empties(said):
    hooks = {
        event: [group for group in groups if group["hooks"]]
        for event, groups in said.get("hooks", {}).items()
    }
    rest = {key: value for key, value in said.items() if key != "hooks"}
    return rest, {event: groups for event, groups in hooks.items() if groups}


@pytest.mark.slow
@settings(max_examples=by_run(few=40, full=100))
@given(files())
def test_any_settings_survive_both_ways(drawn):
    value, text = drawn
    assert entries.settings_of(text) == value
    with_ours = entries.added(text, OURS)
    said = entries.settings_of(with_ours)
    assert {key: said[key] for key in value if key != "hooks"} == {
        k: v for k, v in value.items() if k != "hooks"
    }
    for event in {*EVENTS, *value.get("hooks", {})}:
        ours = OURS.hooks().get(event, [])
        assert said["hooks"].get(event, []) == value.get("hooks", {}).get(event, []) + ours
    assert comments(with_ours) == comments(text)
    left = entries.removed(with_ours)
    assert without_empties(entries.settings_of(left)) == without_empties(value)
    assert comments(left) == comments(text)
    # Where no list and no object was empty before, the text itself says what it was.
    hooks = value.get("hooks")
    if value and (hooks is None or (hooks and all(hooks.values()))):
        assert left == text


def comments(text):
    return len(jsonc.parse(text.removeprefix("\ufeff")).comments)


@pytest.mark.slow
@settings(max_examples=by_run(few=40, full=100))
@given(files())
def test_any_file_comes_back_to_the_last_byte(tmp_path_factory, drawn):
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_bytes(drawn[1].encode())
    settings_file.register(path, OURS)
    settings_file.register(path, OTHER)
    settings_file.unregister(path)
    assert path.read_bytes() == drawn[1].encode()


@given(st.text(alphabet='{}[]":,/* \n\\a1ehooks', max_size=40))
def test_any_text_is_understood_as_json_does_or_refused(text):
    try:
        expected = json.loads(text)
    except ValueError:
        return
    assert jsonc.parse(text).root.value == expected


def test_handlers_are_told_apart():
    ours = OURS.handler("Stop")
    assert of_handler(ours) == OURS
    assert of_handler({**ours, "args": ["-I", "-S", OURS.script]}) == OURS  # as it was written by hand once
    assert of_handler({**ours, "args": ["-I", "-S", "-c", "x", "/opt/other/collect.py"]}) is None
    assert of_handler({**ours, "args": "collector/collect.py"}) is None
    assert of_handler({**ours, "type": "http"}) is None
    assert of_handler("collect.py") is None
    windows = r"C:\claudesess\collector\collect.py"
    assert of_handler({**ours, "args": ["-I", "-S", "-c", "x", windows]}) == Registration(
        "/usr/bin/python3", windows
    )
    assert is_by_hand({"type": "command", "command": f"python3 {OURS.script}"})
    assert not is_by_hand(ours)
