"""Compaction continuity on a few calls around one or two compactions."""

import pandas as pd
import pytest
from compacted import CALLS, CLAIMS, calls, claims, compactions, failed, relation, result, rows, windows

from claudesess.contracts import RELATIONS
from claudesess.metrics.compaction_continuity import RESULT, chart, compute


def test_what_the_summary_names_and_na_where_there_is_none():
    frame = result()
    assert rows(frame, "files", "label", "n", "n_total", "share", "items") == [
        ["all", 1, 2, 0.5, None],
        ["a #1", 1, 2, 0.5, "/p/util.py"],
        ["a #2", None, 1, None, None],
    ]
    assert rows(frame, "failed_paths", "n", "n_total", "items") == [
        [1, 2, None], [1, 2, "Edit calc.py: return sum(xs) / 1"], [None, 0, None],
    ]  # fmt: skip
    assert rows(frame, "chains", "n", "n_total", "n_compactions") == [[1, 1, 1], [1, 1, 1], [None, 0, 1]]
    assert rows(frame, "tasks", "n", "n_total", "share") == [[0, 0, None], [0, 0, None], [None, 0, None]]


def test_lists_of_an_older_writer_are_counted_and_not_matched():
    older = compactions().head(1).assign(files=None, n_files=4)
    frame = compute(older, calls(), claims(), failed(), windows())
    assert rows(frame, "files", "n", "n_total") == [[0, 0], [None, 4]]


def test_a_read_again_is_one_of_the_same_lines_unedited_by_the_same_agent():
    # After :20 the main thread reads calc.py (edited since), util.py 3-9 (read as 1-10: again), 3-9 once more (the
    # shell has changed it), 8-12 (11 and 12 are new): five reads with notes.md, of which agent x's is none.
    frame = result()
    assert rows(frame, "rereads", "label", "n", "n_total") == [["all", 1, 5], ["a #1", 1, 4], ["a #2", 0, 1]]
    assert rows(frame, "rereads_by_path", "label", "n", "n_total") == [
        ["all", 4, 5],
        ["a #1", 4, 4],
        ["a #2", 0, 1],
    ]


def test_lines_read_twice_after_the_compaction_are_read_again_once():
    text = CALLS.replace("25,,Read,/p/util.py,8-12", "25,,Read,/p/util.py,4-5")
    unchanged = claims(CLAIMS.replace("22.5,", "0.5,"))
    frame = compute(compactions(), calls(text), unchanged, failed(), windows())
    assert rows(frame, "rereads", "label", "n", "n_total")[1] == ["a #1", 1, 4]


def test_an_edit_rejected_before_the_compaction_is_a_repeat():
    frame = result()
    assert rows(frame, "repeats", "label", "n", "n_total", "items") == [
        ["all", 1, 2, None],
        ["a #1", 1, 2, "Edit calc.py: return sum(xs) / 1"],
        ["a #2", 0, 0, None],
    ]


def test_open_chains_that_were_fixed_afterwards():
    assert rows(result(), "fixed", "label", "n", "n_total") == [["all", 1, 1], ["a #1", 1, 1], ["a #2", 0, 0]]


def test_the_first_edit_and_the_first_success_in_calls_and_seconds():
    # The main thread's calls after :20: 21, 22, 23, 25, 26 (edit), 27, 28, 29 (success). After :40 there is one read.
    frame = result()
    columns = ("label", "value", "is_seen")
    assert rows(frame, "first_edit", *columns, unit="calls")[1:] == [["a #1", 5, True], ["a #2", 1, False]]
    assert rows(frame, "first_edit", *columns, unit="s")[1:] == [["a #1", 5.5, True], ["a #2", 4.5, False]]
    assert rows(frame, "first_pass", *columns, unit="calls")[1:] == [["a #1", 8, True], ["a #2", 1, False]]


def test_a_first_that_was_not_seen_is_censored():
    # a 2 was watched for one call only, so the median is that of the one still at risk at 5 and not (5 + 1) / 2
    assert rows(result(), "first_edit", "value", "n", "n_total", unit="calls")[0] == [5, 1, 2]


def test_an_edit_by_the_shell_is_an_edit():
    text = CALLS.replace("27,,Bash,,,false", "22.5,,Bash,,,true")
    frame = compute(compactions(), calls(text), claims(), failed(), windows())
    assert rows(frame, "first_edit", "value", unit="calls")[1] == [3]


def test_failures_in_as_many_calls_before_and_after():
    # before :20 six calls, two failed; after it the first six of eight: 21, 22, 23, 25, 26, 27, one failed
    frame = result()
    assert rows(frame, "failed_calls", "n", "n_total", "share", moment="before", label="a #1") == [
        [2, 6, 0.333]
    ]
    assert rows(frame, "failed_calls", "n", "n_total", "share", moment="after", label="a #1") == [
        [1, 6, 0.167]
    ]
    # :41 alone comes after the second, so one call is compared, :29 being the last before
    assert rows(frame, "failed_calls", "n", "n_total", moment="before", label="a #2") == [[0, 1]]
    assert rows(result(k=2), "failed_calls", "n", "n_total", moment="before", label="a #1") == [[1, 2]]


def test_commands_are_compared_by_themselves():
    # before :20 both commands failed; after it one of two; none after :40
    frame = result()
    assert rows(frame, "failed_commands", "n", "n_total", moment="before", label="a #1") == [[2, 2]]
    assert rows(frame, "failed_commands", "n", "n_total", moment="after", label="a #1") == [[1, 2]]
    assert rows(frame, "failed_commands", "value", "n_compactions", panel="difference") == [[-0.5, 1]]


def test_the_difference_is_of_pooled_shares_with_limits_over_compactions():
    # 2 of 6 and 0 of 1 failed before, 1 of 6 and 0 of 1 after. Residuals of the ratio -1/7: -1/7 and 1/7; standard
    # error sqrt(2 * 2/49) / 7 = 0.0408, t(0.975, 1 df) = 12.706.
    value, low, high, n = rows(
        result(), "failed_calls", "value", "low", "high", "n_compactions", panel="difference"
    )[0]
    assert (value, n) == (-0.143, 2)
    assert (low, high) == (
        pytest.approx(-1 / 7 - 0.5187, abs=0.001),
        pytest.approx(-1 / 7 + 0.5187, abs=0.001),
    )
    alone = compute(compactions().head(1), calls(), claims(), failed(), windows())
    columns = ("value", "low", "high")
    assert rows(alone, "failed_calls", *columns, panel="difference") == [[-0.167, None, None]]


def test_the_difference_by_who_asked_for_the_compaction():
    frame = compute(compactions().assign(trigger=["auto", "manual"]), calls(), claims(), failed(), windows())
    assert rows(frame, "failed_calls", "trigger", "value", "n_compactions", panel="difference") == [
        [None, -0.143, 2], ["manual", 0.0, 1], ["auto", -0.167, 1],
    ]  # fmt: skip


def test_time_in_which_the_session_was_left_is_no_waiting():
    left = windows((0, 22), (24, 60))
    frame = compute(compactions(), calls(), claims(), failed(), left)
    assert rows(frame, "first_edit", "value", unit="s")[1] == [3.5]  # 20.5 to 22, 24 to 26
    unknown = compute(compactions(), calls(), claims(), failed(), windows().head(0))
    assert rows(unknown, "first_edit", "value", unit="s")[1] == [None]
    assert rows(unknown, "first_edit", "value", unit="calls")[1] == [5]


@pytest.mark.parametrize("options", [{"k": 0}, {"k": -3}, {"min_n": 0}])
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match="must be a whole number, 1 or more"):
        result(**options)


def test_few_compactions_are_called_few():
    assert result()["is_small"].all()
    assert rows(result(min_n=2), "files", "label", "is_small") == [
        ["all", True],
        ["a #1", True],
        ["a #2", True],
    ]
    assert rows(result(min_n=2), "rereads", "is_small")[0] == [False]


def test_files_of_the_same_session_id_do_not_mix():
    def both(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame, frame.assign(db="b")], ignore_index=True)

    frame = compute(both(compactions()), both(calls()), both(claims()), both(failed()), both(windows()))
    assert rows(frame, "rereads", "label", "n", "n_total") == [
        ["all", 2, 10], ["a #1", 1, 4], ["a #2", 0, 1], ["b #1", 1, 4], ["b #2", 0, 1],
    ]  # fmt: skip


def test_a_session_without_recorded_calls_says_only_what_is_named():
    frame = compute(compactions(), RELATIONS["tool_calls"].empty(), claims(), failed(), windows())
    assert set(frame["panel"]) == {"named"}


def test_a_compaction_of_which_only_the_end_was_seen_is_counted_from_there():
    late = relation("compactions", compactions().head(1), started_at=None)
    frame = compute(late, calls(), claims(), failed(), windows())
    assert rows(frame, "first_edit", "value", unit="s")[1] == [5.5]


def test_compute_changes_none_of_its_frames():
    frames = [compactions(), calls(), claims(), failed(), windows()]
    compute(*frames)
    assert all(
        frame.equals(fresh) for frame, fresh in zip(frames[1:4], [calls(), claims(), failed()], strict=True)
    )
    assert frames[0].astype(str).equals(compactions().astype(str))


def test_no_compactions_are_an_empty_result_that_can_be_drawn():
    nothing = compute(RELATIONS["compactions"].empty(), calls(), claims(), failed(), windows())
    assert nothing.equals(RESULT.empty())
    assert chart(nothing).to_dict()["title"]["text"] == ["No compactions were recorded"]


def test_the_calls_before_a_compaction_reach_back_to_the_one_before_and_no_further():
    # Compacted at :20 and at :24, the main thread's calls being 1 to 6, then 21, 22, 23, then 25 to 29 and 41.
    moments = compactions()
    moments["started_at"] = [moments["started_at"][0], moments["started_at"][0] + pd.Timedelta(seconds=4)]
    frame = compute(moments, calls(), claims(), failed(), windows())
    assert rows(frame, "failed_calls", "n", "n_total", moment="before", label="a #1") == [[2, 6]]
    assert rows(frame, "failed_calls", "n", "n_total", moment="before", label="a #2") == [[0, 3]]
