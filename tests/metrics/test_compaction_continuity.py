"""Measures of compactions on a few calls around one or two of them."""

from functools import cache

import pandas as pd
import pytest
from asked import told
from compacted import (
    CALLS,
    CLAIMS,
    at,
    calls,
    claims,
    compactions,
    estimates,
    failed,
    given,
    listed,
    units,
    units_of_each,
    usual,
    windows,
)
from tables import each_row

from claudesess import ask
from claudesess.contracts import RELATIONS
from claudesess.errors import QuestionError
from claudesess.metrics.compaction_continuity import failures_around


def test_what_the_summary_names_and_na_where_there_is_none():
    assert listed(units("named"), "number", "kind", "item", "is_named") == [
        [1, "chains", "pytest test_calc.py", True],
        [1, "failed_paths", "Edit calc.py: return sum(xs) / 7", True],
        [1, "failed_paths", "Edit calc.py: return sum(xs) / 1", False],
        [1, "files", "/p/calc.py", True],
        [1, "files", "/p/util.py", False],
        [2, "files", "/p/calc.py", None],
    ]
    assert listed(estimates("named"), "group", "n_events", "exposure", "n_units") == [
        ["failed_paths", 1, 2, 2], ["files", 1, 2, 2], ["chains", 1, 1, 1],
    ]  # fmt: skip


def test_lists_of_an_older_writer_are_counted_and_not_matched():
    older = compactions().head(1).assign(files=None, n_files=4)
    found = units("named", given(compactions=older)).query("kind == 'files'")
    assert listed(found, "place", "item", "is_named") == [[place, None, None] for place in (1, 2, 3, 4)]


def test_what_was_open_is_listed_by_its_kind_and_in_its_order():
    lists = {
        "chains": [{"tried": "pytest a"}, {"tried": "pytest b"}], "failed_paths": [{"approach": "Edit a"}, {"approach": "Edit b"}],
        "files": [{"path": "/p/a"}, {"path": "/p/b"}], "agents": [{"task": "look a"}, {"task": "look b"}], "tasks": [{"subject": "do a"}, {"subject": "do a"}],
    }  # fmt: skip
    two = [
        compactions().head(1).assign(db=db, **{kind: [items] for kind, items in lists.items()}) for db in "ab"
    ]
    found = units("named", given(compactions=pd.concat(two, ignore_index=True)))
    expected = [
        [kind, place + 1, *items[place].values()] for kind, items in lists.items() for place in (0, 1)
    ]
    assert listed(found, "db", "kind", "place", "item") == [[db, *row] for db in "ab" for row in expected]


def named(*asked):
    """Say of compactions, each of a session, of which a list and the summary are given, what is named in their order."""
    rows = [
        compactions()
        .head(1)
        .assign(
            session_id=f"s{n:02}",
            compaction_id=n,
            chains=None,
            failed_paths=None,
            files=None,
            summary=summary,
        )
        .assign(**{kind: [items]})
        for n, (kind, items, summary) in enumerate(asked)
    ]
    found = units("named", given(compactions=pd.concat(rows, ignore_index=True)))
    return [found.loc[found["compaction_id"] == n, "is_named"].tolist() for n in range(len(asked))]


PHRASES = [
    ("File: calc.py.", "calc.py", True),
    ("File: ./src/calc.py, done", "calc.py", True),
    ("File: test_calc.py", "calc.py", False),
    ("File: calc.py.bak", "calc.py", False),
    ("File: my-calc.py", "calc.py", False),
    ("calc.py", "calc.py", True),
    ("tried `return sum(xs)/1` first", "return sum(xs) / 1", True),
    ("tried return sum(xs) / 10", "return sum(xs) / 1", False),
    ("tried return sum(xs) / 1.5", "return sum(xs) / 1", False),
    ("To do: FIX  the\nmean", "Fix the mean.", True),
    ("Fix them ean", "Fix the mean", False),
    ("a lone } in prose", "}", False),
    ("naïve Größe gesetzt", "größe gesetzt", True),
    ("eine Übergröße gesetzt", "größe gesetzt", False),
    ("anything", "", False),
    ("a|b is (not) a pattern.*", "(not) a pattern.*", True),
]


@pytest.fixture(scope="module")
def phrases():
    return named(*(("tasks", [{"subject": phrase}], text) for text, phrase, _ in PHRASES))


@each_row("case", range(len(PHRASES)))
def test_a_phrase_is_found_as_whole_words(phrases, case):
    text, phrase, expected = PHRASES[case]
    assert (text, phrase, phrases[case]) == (text, phrase, [expected])


SUMMARY = """<analysis>Write docs, ruff check calc.py, sum(xs) / 1, b/__init__.py</analysis>
<summary>Goal: add median(). Files: calc.py, a/__init__.py. Failed: `sum(xs)/7`, sort first.
Test: test_calc.py::test_mean, sum.test.ts, npm run build. Agent: look for callers.</summary>"""
LISTS = [
    ("files", [{"path": "/p/calc.py"}, {"path": "/p/a/__init__.py"}, {"path": "/p/b/__init__.py"}],
     [True, True, False]),
    ("tasks", [{"id": "1", "subject": "Add median()"}, {"id": "2", "subject": "Write docs"}], [True, False]),
    ("tasks", [{"id": "1", "subject": "Goal"}, {"id": "2", "subject": "add"}], [True, False]),  # four letters, three
    ("agents", [{"id": "x", "task": "Look for callers"}, {"id": "y", "task": None}], [True, False]),
    ("failed_paths", [{"approach": "Edit calc.py: sum(xs) / 7"}, {"approach": "Edit calc.py: sum(xs) / 1"}],
     [True, False]),
    ("failed_paths", [{"approach": "Edit calc.py"}, {"approach": "sort first"}], [False, True]),
    ("chains", [{"tried": "python3 -m pytest -q test_calc.py"}, {"tried": "ruff check calc.py"}], [True, False]),
    ("chains", [{"tried": "npm run build"}, {"tried": "pytest a.py::test_mode"}], [True, False]),
    ("chains", [{"tried": "cargo test -- --test-threads=1"}, {"tried": "vitest src/sum.test.ts"}], [False, True]),
]  # fmt: skip


@pytest.fixture(scope="module")
def lists():
    return named(*((kind, items, SUMMARY) for kind, items, _ in LISTS))


@each_row("case", range(len(LISTS)))
def test_what_a_summary_names(lists, case):
    kind, items, expected = LISTS[case]
    assert (kind, items, lists[case]) == (kind, items, expected)


def test_a_summary_cut_before_its_end_still_counts_and_a_draft_alone_does_not():
    files = [{"path": "/p/calc.py"}]
    texts = (
        "<analysis>no</analysis><summary>calc.py and",
        "<analysis>calc.py</analysis> else",
        "plain calc.py",
    )
    assert named(*(("files", files, text) for text in texts)) == [[True], [False], [True]]


def test_a_read_again_is_one_of_the_same_lines_unedited_by_the_main_thread():
    # After :20 the main thread reads calc.py (edited since), util.py 3-9 (read as 1-10: again), 3-9 once more (the
    # shell has changed it), 8-12 (11 and 12 are new): five reads with notes.md, of which agent x's is none.
    assert listed(units("rereads"), "number", "n_reads", "n_same_lines", "n_same_file") == [
        [1, 4, 1, 4],
        [2, 1, 0, 0],
    ]
    assert listed(estimates("rereads"), "outcome", "n_events", "exposure", "n_units") == [
        ["same lines", 1, 5, 2], ["same file", 4, 5, 2],
    ]  # fmt: skip


def test_lines_read_twice_after_the_compaction_are_read_again_once():
    text = CALLS.replace("25,,Read,/p/util.py,8-12", "25,,Read,/p/util.py,4-5")
    unchanged = claims(CLAIMS.replace("22.5,", "0.5,"))
    assert listed(units("rereads", given(tool_calls=calls(text), file_claims=unchanged)), "n_same_lines")[
        0
    ] == [1]


RANGES = [
    (["1-10"], "1-10", 1),
    (["1-10"], "3-5", 1),
    (["1-10"], "5-11", 0),
    (["1-5", "6-10"], "2-9", 1),
    (["6-10", "1-4"], "2-9", 0),
    (["1-3", "2-8", "8-12"], "1-12", 1),
    (["1-20", "2-3"], "5-19", 1),
    (["1-20", "2-3", "15-30"], "1-30", 1),
    (["1-20", "2-3", "21-30"], "1-30", 1),
    (["1-20", "2-3", "22-30"], "1-30", 0),
    (["20-30"], "1-2", 0),
    ([], "1-1", 0),
]


@pytest.fixture(scope="module")
def ranges():
    first, cases = CALLS.strip().splitlines()[0], []
    for before, lines, _ in RANGES:
        reads = [f"{second},,Read,/p/a.py,{one},true,," for second, one in enumerate(before, start=1)]
        text = "\n".join([first, *reads, f"21,,Read,/p/a.py,{lines},true,,"])
        cases.append({"tool_calls": calls(text)})
    return [listed(one, "n_same_lines")[0][0] for one in units_of_each("rereads", cases)]


@each_row("case", range(len(RANGES)))
def test_ranges_cover_lines(ranges, case):
    before, lines, expected = RANGES[case]
    assert (before, lines, ranges[case]) == (before, lines, expected)


def reads_of(*seconds):
    """Return calls by which the main thread read the same lines."""
    return calls(
        "\n".join([CALLS.strip().splitlines()[0], *(f"{at},,Read,/p/a.py,1-9,true,," for at in seconds)])
    )


# When an edit came beside reads of :01 and :21, and whether the second is of lines known to be unchanged.
EDITED = {0.5: 1, 1: 0, 10: 0, 21: 0, 21.5: 1}


@pytest.fixture(scope="module")
def edited():
    edits = [claims(f"second,file_path,operation\n{second},/p/a.py,Edit") for second in EDITED]
    found = units_of_each("rereads", [{"tool_calls": reads_of(1, 21), "file_claims": edit} for edit in edits])
    return {second: listed(one, "n_same_lines")[0][0] for second, one in zip(EDITED, found, strict=True)}


@each_row("changed_at", EDITED)
def test_a_read_at_the_very_moment_of_an_edit_tells_nothing_of_the_lines(changed_at, edited):
    assert edited[changed_at] == EDITED[changed_at]


# Seconds of reads, how many came after the first compaction and before the second, how many of lines read before it.
READS = [
    ((20,), 0, 0),
    ((20.001,), 1, 0),
    ((40,), 1, 0),
    ((40.001,), 0, 0),
    ((20, 21), 1, 1),
    ((20.001, 21), 2, 0),
]


@pytest.fixture(scope="module")
def reads():
    found = units_of_each("rereads", [{"tool_calls": reads_of(*seconds)} for seconds, *_ in READS])
    return [listed(one, "n_reads", "n_same_lines")[0] for one in found]


@each_row("case", range(len(READS)))
def test_the_moment_itself_came_before_and_the_next_compaction_ends_the_window(case, reads):
    seconds, n, n_same = READS[case]
    assert (seconds, reads[case]) == (seconds, [n, n_same])


def test_an_edit_rejected_before_the_compaction_is_a_repeat():
    assert listed(units("repeats"), "n_edits", "n_repeats", "approaches") == [
        [2, 1, "Edit calc.py: return sum(xs) / 1"],
        [0, 0, None],
    ]


APPROACHES = [
    ("Edit src/calc.py: return x / 1", "Edit", "/dev/calc/src/calc.py", "return x / 1", True),
    ("Edit src/calc.py: return x / 1", "Edit", "/dev/calc/src/calc.py", "return x / 10", False),
    ("Edit src/calc.py: return x / 1", "Write", "/dev/calc/src/calc.py", "return x / 1", False),
    ("Edit src/calc.py: return x / 1", "Edit", "/dev/calc/other/calc.py", "return x / 1", False),
    ("Edit calc.py: x", "Edit", "/dev/my-calc.py", "x", False),
    ("Edit calc.py: a: b", "Edit", "/p/calc.py", "a: b", True),
    ("Edit /tmp/calc.py: x", "Edit", "/tmp/calc.py", "x", True),
    ("Edit : x", "Edit", "/p/calc.py", "x", False),
]


@pytest.fixture(scope="module")
def approaches():
    cases, at_once = [], compactions()["started_at"].iloc[0] + pd.Timedelta(seconds=1)
    for approach, tool, path, line, _ in APPROACHES:
        one = calls().query("tool == 'Edit'").head(1).assign(tool=tool, file_path=path, snippet=line)
        said = failed().head(1).assign(approach=approach, file_path=path)
        cases.append({"tool_calls": one.assign(ended_at=at_once), "failed_paths": said})
    return [listed(one, "n_repeats")[0][0] for one in units_of_each("repeats", cases)]


@each_row("case", range(len(APPROACHES)))
def test_an_edit_is_the_same_approach_by_tool_path_and_first_line(approaches, case):
    *given_as, same = APPROACHES[case]
    assert (given_as, approaches[case]) == (given_as, int(same))


def test_open_chains_that_were_fixed_afterwards():
    assert listed(units("fixed"), "number", "tried", "is_fixed") == [[1, "pytest test_calc.py", True]]
    never = calls(CALLS.replace("29,,Bash,,,true,t,", "29,,Bash,,,true,other,"))
    assert listed(units("fixed", given(tool_calls=never)), "is_fixed") == [[False]]


def test_the_first_edit_and_the_first_success_in_calls_and_seconds():
    # The main thread's calls after :20: 21, 22, 23, 25, 26 (edit), 27, 28, 29 (success). After :40 there is one read.
    found = units("time_to_recover")
    assert listed(found, "edit_calls", "edit_s", "is_edit_seen") == [[5, 5.5, True], [1, 4.5, False]]
    assert listed(found, "pass_calls", "is_pass_seen") == [[8, True], [1, False]]


def test_a_first_that_was_not_seen_is_censored():
    # the second was watched for one call only, so the median is that of the one still at risk at 5 and not (5 + 1) / 2
    rows = estimates("time_to_recover").query("outcome == 'first edit' and unit == 'calls'")
    assert listed(rows, "statistic", "estimate", "n_events", "n_units", "n_censored") == [
        ["p50", 5, 1, 2, 1], ["p90", 5, 1, 2, 1],
    ]  # fmt: skip
    by = estimates("time_to_recover").query("outcome == 'first edit' and horizon_unit == 'calls'")
    assert listed(by, "horizon", "estimate", "n_events", "n_pending") == [
        [5, 1, 1, 1],
        [10, 1, 1, 1],
        [20, 1, 1, 1],
    ]


@pytest.mark.slow
def test_the_window_after_a_compaction_ends_with_its_fiftieth_call():
    # Reads at :20.1, :20.2 ... of the main thread; those of agent x do not count towards the fifty.
    reads = [f"{20 + n / 10},,Read,/p/a.py,1-9,true,," for n in range(1, 56)]
    agents = [f"{20 + n / 10 + 0.05},x,Read,/p/a.py,1-9,true,," for n in range(1, 56)]
    text = "\n".join([CALLS.strip().splitlines()[0], *reads, *agents])
    late = compactions().head(1)
    edit = "\n{},,Edit,/p/calc.py,,true,e1,return sum(xs) / 1"
    found = {
        second: units("repeats", given(compactions=late, tool_calls=calls(text + edit.format(second))))
        for second in (25.0, 25.05, 25.15)
    }
    assert listed(units("rereads", given(compactions=late, tool_calls=calls(text))), "n_reads") == [[50]]
    assert [int(one["n_edits"].iloc[0]) for one in found.values()] == [1, 0, 0]


def test_an_edit_by_the_shell_is_an_edit():
    text = CALLS.replace("27,,Bash,,,false", "22.5,,Bash,,,true")
    assert listed(units("time_to_recover", given(tool_calls=calls(text))), "edit_calls")[0] == [3]


@cache
def first_edit_after_a_shell_command(**other):
    """Say which call after :20 is the first that changed a file, where the shell has claimed one, or something other."""
    text = CALLS.replace("27,,Bash,,,false", "22.5,,Bash,,,true")
    changed = claims("second,file_path,operation\n22.5,/p/util.py,Bash").assign(**other)
    found = units("time_to_recover", given(tool_calls=calls(text), file_claims=changed))
    return listed(found, "edit_calls")[0][0]


@each_row(
    "other",
    [
        {"operation": "Edit"}, {"agent_id": "x"}, {"timestamp": at(22.4)}, {"timestamp": pd.NaT}, {"session_id": "t"},
        {"db": "b"},
    ],
)  # fmt: skip
def test_a_shell_command_changed_only_what_is_claimed_by_the_main_threads_shell_at_its_end(other):
    assert first_edit_after_a_shell_command() == 3
    assert first_edit_after_a_shell_command(**other) == 6


@pytest.fixture(scope="module")
def without_an_end():
    return given(compactions=compactions().assign(window_end_at=[at(40), pd.NaT]))


@pytest.fixture(scope="module")
def without_calls():
    return given(tool_calls=RELATIONS["tool_calls"].empty())


@each_row("measure", ["rereads", "repeats", "failures_around", "fixed", "time_to_recover"])
def test_where_it_is_not_known_when_a_session_ended_all_that_came_counts(measure, without_an_end):
    known, unknown = units(measure), units(measure, without_an_end)
    waits = [name for name in known if name.endswith("_s")]  # so long it was watched
    pd.testing.assert_frame_equal(unknown.drop(columns=waits), known.drop(columns=waits))


@each_row("measure", ["rereads", "repeats", "failures_around", "time_to_recover"])
def test_a_compaction_of_a_session_without_calls_is_a_unit_of_which_nothing_is_known(measure, without_calls):
    found = units(measure, without_calls)
    counted = [name for name in found if name.startswith(("n_", "edit_", "pass_", "is_"))]
    assert (len(found), found[counted].notna().sum().sum()) == (2, 0)


def test_failures_in_as_many_calls_before_and_after():
    # before :20 six calls, two failed; after it the first six of eight: 21, 22, 23, 25, 26, 27, one failed.
    # :41 alone comes after the second, so one call is compared, :29 being the last before
    found = units("failures_around")
    assert listed(found, "n_calls", "n_failed_before", "n_failed_after") == [[6, 2, 1], [1, 0, 0]]
    assert listed(units("failures_around", k=2), "n_calls", "n_failed_before")[0] == [2, 1]


def test_commands_are_compared_by_themselves():
    # before :20 both commands failed; after it one of two; none after :40
    found = units("failures_around")
    assert listed(found, "n_commands", "n_commands_failed_before", "n_commands_failed_after") == [
        [2, 2, 1],
        [0, 0, 0],
    ]
    rows = estimates("failures_around").query("role == 'difference' and outcome == 'failed commands'")
    assert listed(rows, "estimate", "n_units") == [[-0.5, 1]]


def test_calls_before_a_compaction_go_back_to_the_one_before():
    text = CALLS.replace("41,,Read,/p/notes.md,1-5,true", "\n".join(f"4{n},,Read,/p/n.md,1-5,true,r," for n in "1234") + "\n45,,Read,/p/notes.md,1-5,true")  # fmt: skip
    none_between = calls(text).query(
        "ended_at <= '2026-01-01T10:00:20Z' or ended_at > '2026-01-01T10:00:40Z'"
    )
    assert listed(units("failures_around", given(tool_calls=none_between)), "n_calls") == [[0], [0]]


@pytest.mark.slow
def test_the_difference_is_of_pooled_shares_with_limits_by_session():
    # A session: 2 of 6 and 0 of 1 failed before, 1 of 6 and 0 of 1 after: -1/7. A second one is like it, in a third one
    # nothing failed, so that -2/21 is the ratio; residuals -1/3, -1/3, 2/3: standard error
    # sqrt(3/2 * 2/3) / 21 = 0.0476, t(0.975, 2 df) = 4.303.
    def three(frame: pd.DataFrame, **third: object) -> pd.DataFrame:
        parts = [frame, frame.assign(session_id="t"), frame.assign(session_id="u", **third)]
        whole = pd.concat(parts, ignore_index=True)
        return whole.assign(
            **{name: range(len(whole)) for name in ("call_id", "compaction_id") if name in whole}
        )

    store = given(compactions=three(compactions()), tool_calls=three(calls(), is_ok=True))
    row = (
        estimates("failures_around", store)
        .query("role == 'difference' and outcome == 'failed calls'")
        .iloc[0]
    )
    assert [row["estimate"], row["low"], row["high"], row["n_sessions"]] == pytest.approx(
        [-2 / 21, -2 / 21 - 0.2049, -2 / 21 + 0.2049, 3], abs=1e-3
    )
    assert ask(store, "compaction_continuity.failures_around").finding() == (
        "19 % of calls failed before 6 compactions, 9.5 % after: no difference is shown. In 3 sessions, 95 % limits −30 to +11 points. "
        + NO_CONTROL
    )
    alone = estimates("failures_around").query("role == 'difference' and outcome == 'failed calls'")
    assert listed(alone, "estimate", "low", "high", "note") == [
        [-0.143, None, None, "fewer than 3 sessions: no limits"]
    ]


@each_row(("exposure", "low", "expected"), [(20, -0.1, True), (19, -0.1, False), (20, None, False)])
def test_a_difference_is_judged_where_twenty_calls_have_limits(exposure, low, expected):
    row = pd.Series({"exposure": exposure, "low": low, "high": low})
    assert failures_around._is_judged(row) is expected


def test_by_who_asked_for_the_compaction():
    both = given(compactions=compactions().assign(trigger=["auto", "manual"]))
    rows = estimates("failures_around", both, by="trigger").query("role == 'difference'")
    rows = rows[rows["outcome"] == "failed calls"].sort_values("group")
    assert listed(rows, "group", "estimate", "n_units") == [["auto", -0.167, 1], ["manual", 0.0, 1]]


def test_time_in_which_the_session_was_left_is_no_waiting():
    left = units("time_to_recover", given(session_windows=windows((0, 22), (24, 60))))
    assert listed(left, "edit_s")[0] == [3.5]  # 20.5 to 22, 24 to 26
    unknown = units("time_to_recover", given(session_windows=windows().head(0)))
    assert listed(unknown, "edit_s", "edit_calls")[0] == [None, 5]


@each_row("k", [0, -3, 1.5, True])
def test_options_out_of_range_are_refused(k):
    with pytest.raises(QuestionError, match="must be a whole number, 1 or more"):
        ask(usual(), "compaction_continuity.failures_around", k=k)


def test_few_compactions_are_called_few():
    assert estimates("rereads")["is_small"].all()


def test_files_of_the_same_session_id_do_not_mix():
    def both(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame, frame.assign(db="b")], ignore_index=True)

    twice = given(**{name: both(rows()) for name, rows in (("compactions", compactions), ("tool_calls", calls),
                     ("file_claims", claims), ("failed_paths", failed), ("session_windows", windows))})  # fmt: skip
    assert listed(units("rereads", twice), "db", "n_reads", "n_same_lines") == [
        ["a", 4, 1], ["a", 1, 0], ["b", 4, 1], ["b", 1, 0],
    ]  # fmt: skip


@pytest.mark.slow
def test_a_session_without_recorded_calls_says_only_what_is_named(without_calls):
    assert len(units("named", without_calls)) == 6
    for measure in ("rereads", "repeats", "failures_around", "fixed"):
        assert estimates(measure, without_calls)["n_units"].sum() == 0
    assert estimates("time_to_recover", without_calls).empty


def test_a_writer_that_records_no_checks_says_nothing_of_successes():
    found = units("time_to_recover", given(tool_calls=calls().assign(aim=None)))
    assert listed(found, "edit_calls", "pass_calls") == [[5, None], [1, None]]


def test_a_compaction_of_which_only_the_end_was_seen_is_counted_from_there():
    late = compactions().head(1).assign(started_at=None)
    assert listed(units("time_to_recover", given(compactions=late)), "edit_s") == [[5.5]]


# Sixteen calls: none is fifty away from a compaction.
NO_CONTROL = "There is nothing to hold it against: no more is shown."


@each_row(
    ("measure", "said", "advice"),
    [
        ("failures_around", "2 of 7 calls before 2 compactions failed, 1 after.", (1, "failed calls", 1.0, False)),
        ("fixed", "1 of 1 thing failing at a compaction was fixed after it.", (0, "failed calls", 1.0, True)),
        ("named", "Failed approaches: 1 of 2 was named. Edited files: 1 of 2 was named; "
         "Open chains of failures: 1 of 1 was named.", None),
        ("repeats", "1 of 2 edits after a compaction repeated a rejected approach.", (1, "calls", 1.0, False)),
        ("rereads", "1 of 5 reads after a compaction was of unchanged lines read before.", (1, "calls", 1.0, False)),
        ("time_to_recover", "After half of 2 compactions the first edit came within 5 calls.", (1, "calls", 0.5, False)),
    ],
)  # fmt: skip
def test_what_is_said_and_advised(measure, said, advice):
    found, advised = told(ask(usual(), f"compaction_continuity.{measure}"))
    assert found.startswith(said)
    assert advised == advice


def test_a_compaction_after_which_nothing_came_was_watched_for_no_call():
    before = calls(CALLS.replace("41,,Read,/p/notes.md,1-5,true,r3,", ""))
    found = units("time_to_recover", given(tool_calls=before))
    assert listed(found, "edit_calls", "is_edit_seen", "pass_calls") == [[5, True, 8], [0, False, 0]]


@pytest.mark.slow
def test_findings_are_counts_where_there_are_few():
    store = usual()
    said = {
        name: ask(store, f"compaction_continuity.{name}").finding()
        for name in ("rereads", "repeats", "fixed", "failures_around")
    }
    assert said == {
        "rereads": f"1 of 5 reads after a compaction was of unchanged lines read before. In 1 session. {NO_CONTROL}",
        "repeats": f"1 of 2 edits after a compaction repeated a rejected approach. In 1 session. {NO_CONTROL}",
        "fixed": f"1 of 1 thing failing at a compaction was fixed after it. In 1 session. {NO_CONTROL}",
        "failures_around": (f"2 of 7 calls before 2 compactions failed, 1 after. In 1 session. {NO_CONTROL}"),
    }


def test_an_approach_rejected_only_after_the_compaction_is_no_repeat():
    late = failed().assign(timestamp=compactions()["started_at"].iloc[0] + pd.Timedelta(milliseconds=1))
    assert listed(units("repeats", given(failed_paths=late)), "n_repeats") == [[0], [0]]


def test_an_edit_that_failed_is_no_first_edit():
    text = CALLS.replace("26,,Edit,/p/calc.py,,true", "26,,Edit,/p/calc.py,,false")
    assert listed(units("time_to_recover", given(tool_calls=calls(text))), "edit_calls")[0] == [7]
