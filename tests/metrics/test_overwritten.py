"""Edits soon after another thread's, worked out by hand; planted overwrites are found again."""

import io

import pandas as pd
import planted
import pytest
from compacted import relation
from tables import each_row

from claudesess import Store, ask

START = pd.Timestamp("2026-03-02T10:00Z")


def frame(name, text, columns, key, db, **more):
    rows = pd.read_csv(io.StringIO("\n".join(text)), names=columns, dtype="string").replace("", pd.NA)
    minutes = pd.to_numeric(rows["minute"]).astype(float)
    at = START + pd.to_timedelta(minutes, unit="min")
    given = rows.assign(
        db=db, **{key: range(1, len(rows) + 1), "timestamp": at, "ended_at": at, "began_at": at}, **more
    )
    if "is_ok" in rows:
        given["is_ok"] = rows["is_ok"].map({"true": True, "false": False})
    for column, usual in {"kind": "check", "aim": "t"}.items():
        if column in rows:
            given[column] = rows[column].fillna(usual).replace("none", pd.NA)
    return relation(name, given)


def store(*databases):
    """Of each database: edits (minute, session, agent, operation; all of one file), reads and checks, with how it went.

    What is no check, or has another aim, says so behind that.
    """
    who, claims, calls = ["minute", "session_id", "agent_id"], [], []
    for n, (edits, *others) in enumerate(databases):
        reads, checks = (*others, [], [])[:2]
        went = [*who, "is_ok"]
        looks = frame("tool_calls", reads, went, "call_id", f"d{n}", tool="Read", file_path="/p/a")
        runs = frame("tool_calls", checks, [*went, "kind", "aim"], "call_id", f"d{n}", tool="Bash")
        calls += [looks, runs.assign(call_id=runs["call_id"] + len(looks))]
        claims.append(frame("file_claims", edits, [*who, "operation"], "id", f"d{n}", file_path="/p/a"))
    return Store.from_frames(
        file_claims=pd.concat(claims, ignore_index=True), tool_calls=pd.concat(calls, ignore_index=True)
    )


# The last edit of each case: who came before it, and what shows that this is lost.
CASES = {
    "written over, unread": ((["1,s,x,Edit", "5,s,y,Write"],), ("x", "written over")),
    "read since, then written": ((["1,s,x,Edit", "5,s,y,Write"], ["3,s,y"]), ("x", None)),
    "read before only": ((["3,s,x,Edit", "5,s,y,Write"], ["1,s,y"]), ("x", "written over")),
    "read by another": ((["1,s,x,Edit", "5,s,y,Write"], ["3,s,x"]), ("x", "written over")),
    "an edit leaves the rest": ((["1,s,x,Edit", "5,s,y,Edit"],), ("x", None)),
    "its check had passed and fails next": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "7,s,y,false"]), ("x", "check fails")),
    "its check began as the edit was made": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "5,s,y,false"]), ("x", "check fails")),
    "its check had not passed": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,false", "7,s,y,false"]), ("x", None)),
    "it passes next": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "7,s,y,true", "8,s,y,false"]), ("x", None)),
    "it fails next, but too late": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "36,s,y,false"]), ("x", None)),
    "it fails next, but the edit was seen": (
        (["1,s,x,Edit", "5,s,y,Edit"], ["4,s,y"], ["2,s,x,true", "7,s,y,false"]), ("x", None)),
    "of two edits the last one before the failure": (
        (["1,s,x,Edit", "5,s,y,Edit", "6,s,y,Edit"], [], ["2,s,x,true", "7,s,y,false"]), ("x", "check fails")),
    "of two edits not the first": (
        (["1,s,x,Edit", "6,s,y,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "7,s,y,false"]), ("x", None)),
    "half an hour later": ((["1,s,x,Edit", "31,s,y,Write"],), ("x", "written over")),
    "more than that": ((["1,s,x,Edit", "31.01,s,y,Write"],), (None, None)),
    "at the same moment": ((["1,s,x,Edit", "1,s,y,Write"],), (None, None)),
    "its own": ((["1,s,x,Edit", "5,s,x,Write"],), (None, None)),
    "another session's": ((["1,s,,Edit", "5,t,,Write"],), ("main", "written over")),
    "read as the edit before was made": ((["1,s,x,Edit", "5,s,y,Write"], ["1,s,y"]), ("x", "written over")),
    "read as it writes itself": ((["1,s,x,Edit", "5,s,y,Write"], ["5,s,y"]), ("x", "written over")),
    "read by the same agent of another session": ((["1,s,x,Edit", "5,s,y,Write"], ["3,t,y"]), ("x", "written over")),
    "written whole by itself since": ((["1,s,x,Edit", "3,s,y,Write", "5,s,y,Write"],), ("x", None)),
    "edited by itself since": ((["1,s,x,Edit", "3,s,y,Edit", "5,s,y,Write"],), ("x", "written over")),
    "its check passed as the edit after it was made": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["5,s,x,true", "7,s,y,false"]), ("x", None)),
    "its check passed as its own edit was made": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["1,s,x,true", "7,s,y,false"]), ("x", "check fails")),
    "its check passed before its own edit": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["0.5,s,x,true", "7,s,y,false"]), ("x", None)),
    "its check passed after the edit": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["6,s,x,true", "7,s,y,false"]), ("x", None)),
    "the check of the later thread passed": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,y,true", "7,s,y,false"]), ("x", None)),
    "it fails next after exactly so long": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "35,s,y,false"]), ("x", "check fails")),
    "of two edits at one moment the second": (
        (["1,s,x,Edit", "5,s,z,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "7,s,y,false"]), ("x", "check fails")),
    "what passed was no check": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true,run", "7,s,y,false"]), ("x", None)),
    "what fails next is no check": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "7,s,y,false,run"]), ("x", None)),
    "another check fails next": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "7,s,y,false,check,u"]), ("x", None)),
    "of neither check the aim is known": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true,check,none", "7,s,y,false,check,none"]), ("x", None)),
    "how it went is not known, and then it fails": (
        (["1,s,x,Edit", "5,s,y,Edit"], [], ["2,s,x,true", "6,s,y,", "7,s,y,false"]), ("x", "check fails")),
    "a read that failed": ((["1,s,x,Edit", "5,s,y,Write"], ["3,s,y,false"]), ("x", "written over")),
    "a read of which it is not known": ((["1,s,x,Edit", "5,s,y,Write"], ["3,s,y,"]), ("x", None)),
    "the last of two others": ((["1,s,x,Edit", "2,s,z,Edit", "5,s,y,Write"],), ("z", "written over")),
}  # fmt: skip


@pytest.fixture(scope="module")
def lost():
    with store(*(given for given, _ in CASES.values())) as opened:
        return ask(opened, "files.overwritten").units


@each_row("case", CASES)
def test_what_is_lost(lost, case):
    given, (earlier, sign) = CASES[case]
    own = lost[lost["db"] == f"d{list(CASES).index(case)}"]
    row = own.query(f"claim_id == {len(given[0])}").iloc[0]
    found = (
        row["earlier_agent_id"] if pd.notna(row["earlier_agent_id"]) else "main" if row["is_met"] else None
    )
    assert (found, row["sign"] if pd.notna(row["sign"]) else None) == (earlier, sign)
    assert row["is_met"] == (earlier is not None)
    assert (row["is_lost"] is pd.NA) == (earlier is None)


def test_a_row_says_who_edited_before_and_after():
    def frame_of(name, rows, **more):
        return relation(name, pd.DataFrame(rows).assign(**more))

    calls = [
        {"db": "a", "session_id": "s", "agent_id": "x", "agent_type": "Plan"}, {"db": "a", "session_id": "t", "agent_id": "x", "agent_type": "Explore"},
        {"db": "b", "session_id": "s", "agent_id": "x", "agent_type": "Other"},
    ]  # fmt: skip
    minute = pd.Timedelta(minutes=1)
    edits = [
        {"db": "a", "session_id": "s", "agent_id": "x", "timestamp": START, "operation": "Edit"}, {"db": "a", "session_id": "t", "agent_id": "x", "timestamp": START + minute, "operation": "Write"},
        {"db": "a", "session_id": "t", "agent_id": None, "timestamp": START + 2 * minute, "operation": "Write"}, {"db": "a", "session_id": "t", "agent_id": "y", "timestamp": START + 3 * minute, "operation": "Write"},
        {"db": "b", "session_id": "s", "agent_id": "x", "timestamp": START + 4 * minute, "operation": "Write"},
    ]  # fmt: skip
    given = Store.from_frames(
        file_claims=frame_of("file_claims", edits, id=range(1, 6), file_path="/p/a"),
        tool_calls=frame_of("tool_calls", calls, call_id=[1, 2, 3], tool="Bash", ended_at=START),
    )
    with given as opened:
        units = ask(opened, "files.overwritten").units
    rows = units[
        [
            "db",
            "session_id",
            "claim_id",
            "later",
            "earlier",
            "agent_id",
            "earlier_session_id",
            "earlier_agent_id",
            "is_met",
            "is_lost",
            "sign",
        ]
    ]
    assert rows.astype(object).where(rows.notna(), None).values.tolist() == [
        ["a", "s", 1, "Plan", "no other", "x", None, None, False, None, None],
        ["a", "t", 2, "Explore", "Plan", "x", "s", "x", True, True, "written over"],
        ["a", "t", 3, "main thread", "Explore", None, "t", "x", True, True, "written over"],
        ["a", "t", 4, "an agent", "main thread", "y", "t", None, True, True, "written over"],
        ["b", "s", 5, "Other", "no other", "x", None, None, False, None, None],
    ]
    assert (units["earlier_at"].dropna() == units["edited_at"].dropna().shift(1)[units["is_met"]]).all()


@pytest.mark.slow
def test_an_option_says_how_soon_and_pairs_are_a_matrix():
    given = store([["1,s,x,Edit", "5,s,y,Write", "9,s,,Write"]])
    answer = ask(given, "files.overwritten")
    rows = answer.estimates.query("outcome == 'lost' and exposure > 0")
    assert rows[["group", "group_2", "n_events", "exposure"]].values.tolist() == [
        ["an agent", "an agent", 1, 1], ["an agent", "main thread", 1, 1]]  # fmt: skip
    assert answer.finding().startswith(
        "an agent × an agent: 1 of 1 edit overwrote what another had just edited. By earlier and later, "
        "an agent × main thread: 1 of 1 edit overwrote what another had just edited. "
    )
    assert ask(given, "files.overwritten", minutes=3).units["is_met"].sum() == 0


@pytest.mark.slow
@pytest.mark.parametrize("collides", [0.0, 0.2])
def test_planted_overwrites_are_found_and_hardly_any_other(collides):
    given, true = planted.crowds(collides, 20)
    with given as store:
        units = ask(store, "files.overwritten").units.set_index("claim_id")
    true = true.set_index("id").loc[units.index]
    found, dropped = units["is_lost"].fillna(False).astype(bool), true["dropped"].astype(bool)
    assert found[dropped & true["is_whole"]].all()
    # of one that shows only in a check, what was there may never have been checked
    assert found[dropped].mean() >= 0.95
    assert (found & ~dropped).sum() <= 0.05 * max(found.sum(), 20)
    assert dropped.sum() > (500 if collides else 10)
