"""Any field of any line may be anything: what is bad is left out, and costs no other line, file or session."""

import json
import random
import shutil
from collections import Counter

import pytest
from counts import by_run
from made_transcripts import Transcript
from past_folder import Past

from claudesess import paths
from claudesess.importing import verify
from claudesess.transcripts import find

CASES = by_run(few=50, full=2000)
MISSING = object()
WRONG = {
    "missing": MISSING,
    "null": None,
    "true": True,
    "no text": "",
    "text": "some words",
    "negative": -1,
    "huge": 10**30,
    "float": 1e308,
    "not a number": float("nan"),
    "list": [],
    "list of lists": [[[]], {}],
    "object": {},
    "object of lists": {"type": ["x"], "id": [{}], "text": [1], "name": {}},
    "deep": json.loads("[" * 200 + "]" * 200),
    "half a character": "\ud800",
    "zero": "a\0b",
    "sets the clipboard": "\x1b]52;c;QQ==\x07\u202e\x9b1m\nnext",
    "long": "x" * 1_000_000,
    "first year": "0001-01-01T00:00:00Z",
    "no year": "0000-01-01T00:00:00.000Z",
    "last year": "9999-12-31T23:59:59.999Z",
    "far zone": "9999-12-31T23:59:59.999-23:59",
    "up a folder": "../../../../tmp/x",
}
OTHER = "99999999-0000-4000-8000-000000000009"


def places(value, path=()):
    """Yield where in a line something stands."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value[:3]):
            yield from places(item, (*path, number))


def changed(line, path, wrong):
    """Return a line with something else in a place."""
    line = json.loads(json.dumps(line))
    *way, last = path
    at = line
    for key in way:
        at = at[key]
    if wrong is MISSING:
        del at[last]
    else:
        at[last] = wrong
    return json.dumps(line)


def every_case():
    """Yield (story, file, line, path, wrong value): each kind of place of each kind of line once."""
    seen = set()
    for story in sorted(paths.samples_dir().glob("*/transcripts")):
        for file in sorted(story.rglob("*.json*")):
            for number, text in enumerate(file.read_text().splitlines()):
                line = json.loads(text)
                blocks = line.get("message", {}).get("content")
                kind = blocks[0].get("type") if isinstance(blocks, list) and blocks else None
                for path in places(line):
                    plain = tuple("*" if isinstance(key, int) else key for key in path)
                    place = (line.get("type"), line.get("subtype"), kind, "agent" in file.name, plain)
                    if place not in seen:
                        seen.add(place)
                        yield from ((story, file, number, path, name) for name in WRONG)


def ids_in(value):
    """Return the ids of calls that a line holds."""
    if isinstance(value, dict):
        return {str(item) for key, item in value.items() if key in ("id", "tool_use_id")}.union(
            *map(ids_in, value.values())
        )
    return set().union(*map(ids_in, value)) if isinstance(value, list) else set()


def told(past):
    """Return the calls that databases tell of."""
    found = Counter()
    for database in past.into.rglob(".claude-session.db"):
        rows = past.rows(
            "SELECT payload_summary FROM hook_events WHERE event_type LIKE 'post_tool_use%'",
            database=database,
        )
        found.update(json.loads(row)["tool_use_id"] for (row,) in rows)
        found.update(
            key
            for (key,) in past.rows(
                "SELECT session_id FROM hook_events WHERE session_id = ?", OTHER, database=database
            )
        )
    return found


def attack(past, case, before):
    """Import a story with one bad field; return what went wrong."""
    story, file, number, path, name = case
    for folder in (past.folder, past.into):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(story, past.folder / "story")
    Transcript(OTHER).prompt().call("other", "Read", file_path="/a").result("other").answer().write(
        past.folder
    )
    bad = past.folder / "story" / file.relative_to(story)
    lines = bad.read_text().splitlines()
    line = json.loads(lines[number])
    lines[number] = changed(line, path, WRONG[name])
    bad.write_text("\n".join(lines) + "\n")
    past.load()
    now = told(past)
    lost = set(before[story]) - set(now) - ids_in(line)
    doubled = {one for one in now if now[one] > max(before[story][one], 1)}
    faults = [f"lost {sorted(lost)}"] * bool(lost) + [f"doubled {sorted(doubled)}"] * bool(doubled)
    found, _ = find.sessions([past.folder])
    verify.table(verify.compare(found, past.into))
    n_again = sum(one.n_new for one in past.load())
    return faults + [f"{n_again} new at the second import"] * bool(n_again)


@pytest.mark.slow
def test_a_bad_field_costs_its_line_at_most(tmp_path):
    past = Past(tmp_path)
    before = {}
    for story in sorted(paths.samples_dir().glob("*/transcripts")):
        shutil.rmtree(past.folder)
        shutil.rmtree(past.into, ignore_errors=True)
        shutil.copytree(story, past.folder / "story")
        Transcript(OTHER).prompt().call("other", "Read", file_path="/a").result("other").answer().write(
            past.folder
        )
        past.load()
        before[story] = told(past)
    cases = random.Random(3).sample(list(every_case()), CASES)
    failed = {}
    for case in cases:
        try:
            faults = attack(past, case, before)
        except Exception as error:
            faults = [repr(error)[:200]]
        if faults:
            failed[case[1].name, *case[2:]] = faults
    print(f"bad fields: tried {len(cases)}, held {len(cases) - len(failed)}, failed {len(failed)}")
    assert not failed
