"""`claudesess compare`: the natural splits, two sides in words or as objects, and what is refused."""

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from counts import slow
from tables import each_row

from claudesess import compare, samples
from claudesess.asking import compare_command, listing
from claudesess.cli import main

DAY = "2026-10-14"


pytestmark = pytest.mark.usefixtures("opened_once")


def printed(*given):
    """Standard output of the command on the sample; it has to end well."""
    run = CliRunner().invoke(main, ["compare", "--utc", *given])
    assert run.exit_code == 0, run.output
    return run.stdout


def test_without_sides_the_natural_splits_are_listed_with_the_option_for_each():
    listed = printed("--sample")
    assert f"claudesess compare --at {DAY}   before {DAY} (16), from {DAY} (17)" in listed
    assert "\n   startup (31), clear (2, 6 more needed)\n" in listed
    objects = [json.loads(line) for line in printed("--sample", "--json").splitlines()]
    assert [(one["option"], one["n_first"], one["is_enough"]) for one in objects] == [
        (f"--at {DAY}", 16, True),
        ("--by source=startup,clear", 31, False),
        ("--by agent_type=Explore,general-purpose", 19, True),
    ]


@each_row(
    ("n", "said"), [(8, "a (8)"), (9, "a (9)"), (7, "a (7, 1 more needed)"), (0, "a (0, 8 more needed)")]
)
def test_only_a_side_that_lacks_sessions_is_said_to(n, said):
    assert compare_command._side("a", n, 8) == said


def test_two_sides_are_told_in_the_words_of_the_function(workshop):
    expected = repr(compare(workshop, "retry_escalation.failures", split=DAY))
    told = printed("--sample", "--at", DAY, "--of", "retry_escalation.failures")
    assert " ".join(expected.split()) in " ".join(told.split())
    assert "A split is no experiment" in told


def test_of_several_measures_chances_are_shared_and_each_is_an_object():
    names = ["retry_escalation.failures", "retry_escalation.repeats"]
    asked = [part for name in names for part in ("--of", name)]
    objects = [json.loads(line) for line in printed("--sample", "--at", DAY, *asked, "--json").splitlines()]
    assert [one["measure"] for one in objects] == names
    assert all(one["p_of_all"] >= one["p"] for one in objects)
    assert all(one["low"] <= one["difference"] <= one["high"] for one in objects)


@pytest.mark.slow
def test_without_measures_the_first_of_each_question_that_can_be_split_so_is_compared():
    told = [json.loads(line) for line in printed("--sample", "--by", "source=startup", "--json").splitlines()]
    assert [one["measure"].partition(".")[0] for one in told] == [
        "agent_throughput", "agents", "checks", "compaction_continuity", "files", "permissions",
        "retry_escalation",
    ]  # fmt: skip
    types = printed("--sample", "--by", "agent_type=Explore,general-purpose")
    assert types.startswith(
        "- Time within which half of the agents completed, completed (agent_throughput.duration): "
    )
    assert "Left out: checks.hidden_status: No agent_type is 'Explore'." in " ".join(types.split())


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["--at", DAY, "--by", "model=a,b"], "Say --at or --by, not both."),
        (["--by", "model"], "--by model: say COVARIATE=FIRST,SECOND"),
        (["--by", "model=a,b,c"], "--by model=a,b,c: say COVARIATE=FIRST,SECOND"),
        (["--at", "yesterday"], "does not match the format '%Y-%m-%d'"),
        (["--at", DAY, "--of", "checks.green"], "There is no measure 'checks.green'"),
        (["--by", "source=nobody", "--of", "retry_escalation.failures"], "No source is 'nobody'. There are: "),
        (["--by", "nonsense=a"], "No measure can be split by 'nonsense'."),
        slow(["--by", "model=zzz"], "No model is 'zzz'. There are: "),
        (["--by", "tool=a,b", "--of", "retry_escalation.failures"], "cannot be grouped or filtered by 'tool'"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_words(given, reason):
    run = CliRunner().invoke(main, ["compare", "--sample", *given])
    assert run.exit_code != 0
    assert reason in " ".join(run.output.split())


@pytest.mark.parametrize("by", ["started_at", "source", "agent_type", "nonsense"])
def test_of_each_question_the_first_is_asked_that_can_be_split_so(by):
    can_be = [
        (question, name)
        for question in listing.questions()
        for name in listing.names(question)
        if not listing.measure(name).is_view
        and (by == "started_at" or by in listing.measure(name).covariates)
    ]
    assert compare_command._first_of_each_question(by) == [*dict(reversed(can_be)).values()][::-1]


@pytest.mark.parametrize("refused", [[True], [True, True], [True, False], [False]])
def test_where_one_measure_can_be_compared_its_sentence_is_told(refused):
    sides = {"what": "w", "split": SimpleNamespace(names=("a", "b"))}
    every = [
        SimpleNamespace(seen=SimpleNamespace(is_refused=one, n_sessions=(3, 8)), **sides) for one in refused
    ]
    first, *others = compare_command._lines(
        SimpleNamespace(compared=every, findings=lambda: ["x differs"]), []
    )
    if all(refused):
        assert first.startswith("Nothing can be compared yet: each side needs 8 sessions")
        assert others == ["- w: a (3), b (8)"] * len(refused)
    else:
        assert first == "- x differs"


@pytest.mark.parametrize(("n", "n_lines"), [(36, 1), (37, 2)])
def test_a_sentence_is_as_wide_as_the_terminal(monkeypatch, n, n_lines):
    monkeypatch.setattr(compare_command, "width", lambda: 40)
    sides = SimpleNamespace(seen=SimpleNamespace(is_refused=False))
    found = SimpleNamespace(compared=[sides], findings=lambda: [f"x {'y' * n}"])
    lines = [*compare_command._lines(found, [])]
    assert lines[:n_lines] == ([f"- x {'y' * n}"] if n_lines == 1 else ["- x", f"  {'y' * n}"])


@each_row("values", [("a", "b"), ("a,b", "c"), ('say "x"', "y,z")])
def test_values_are_read_as_they_are_listed(values):
    listed = compare_command._listed(*values)
    assert compare_command._split(None, f"model={listed}") == {"model": values}


@pytest.mark.parametrize(
    ("sample", "first"),
    [
        ("mixed", "Nothing can be compared: all sessions are alike, there are no two sides."),
        ("tasks", "Nothing can be compared: all sessions are alike, there are no two sides."),
    ],
)
def test_where_every_side_has_too_few_that_is_all_that_is_said(sample, first):
    assert printed(str(samples.sample_path(sample))).splitlines()[0] == first


@pytest.mark.slow
def test_what_cannot_be_asked_of_the_data_is_left_out_and_said():
    told = printed(str(samples.sample_path("retry")), "--at", "2030-01-01")
    assert told.startswith("Nothing can be compared yet: each side needs 8 sessions")
    assert "before 2030-01-01 (1), from 2030-01-01 (0)" in " ".join(told.split())
    assert not [one for one in ("p =", "no experiment", "%") if one in told]
    assert "has nothing to compare: nothing was recorded." in " ".join(told.split())
