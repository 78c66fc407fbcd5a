"""The chart of compaction continuity: what it says, and what it draws when little is known."""

from compacted import calls, claims, compactions, failed, result, rows, windows

from claudesess.contracts import RELATIONS
from claudesess.metrics.compaction_continuity import chart, compute


def test_the_chart_says_finding_n_and_that_a_drop_is_not_yet_a_loss():
    drawn = chart(result()).to_dict()
    assert " ".join(drawn["title"]["text"]) == (
        "1 of 5 reads after a compaction were of unchanged lines read before, 1 of 2 edits repeated a rejected approach"
    )
    assert drawn["title"]["subtitle"][0] == "n = 2 compactions, a small sample: an anecdote."
    assert drawn["title"]["subtitle"][1].startswith("A drop is not yet a loss")
    assert [part["title"]["text"][0] for part in drawn["vconcat"]] == [
        "What do summaries still name of what was open?",
        "What was done after a compaction?",
        "How soon after a compaction?",
        "Does more fail after a compaction?",
        "What followed each compaction?",
        "Rejected approaches that came back",
    ]


def test_the_chart_draws_what_the_result_holds_and_adds_nothing_up():
    assert "aggregate" not in str(chart(result()).to_dict())


def test_a_result_of_summaries_alone_can_be_drawn():
    frame = compute(compactions(), RELATIONS["tool_calls"].empty(), claims(), failed(), windows())
    assert chart(frame).to_dict()["title"]["text"] == ["What did compactions carry over?"]


def test_a_writer_that_names_no_tools_says_nothing_about_what_followed():
    frame = compute(compactions(), calls().assign(tool=None, aim=None), claims(), failed(), windows())
    assert set(frame["panel"]) == {"named"}
    without_checks = compute(compactions(), calls().assign(aim=None), claims(), failed(), windows())
    assert rows(without_checks, "first_pass", "value") == []
    assert rows(without_checks, "first_edit", "value", unit="calls")[1] == [5]


def test_compactions_of_which_nothing_is_known_are_said_to_be_there():
    bare = compactions().assign(summary=None)
    drawn = chart(compute(bare, RELATIONS["tool_calls"].empty(), claims(), failed(), windows())).to_dict()
    assert drawn["title"]["subtitle"][0] == "n = 2 compactions, a small sample: an anecdote."
    assert "Neither summaries nor calls were recorded." in str(drawn)
