"""Chains of failures and their attempts: a few failures in, what became of them, by eye."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import lines
from script import Script, at, relation, together

CHAINS = "chain_id,n_attempts,started_at,last_failed_at,closed_at,first_event,first_event_attempt,outcome"


CASES = [
    pytest.param(
        Script().fail("09:01:00", 1).fail("09:02:00", 2).fail("09:03:00", 3, "escalated_research").succeed("09:09:00"),
        "1,3,09:01:00,09:03:00,09:09:00,escalated_research,3,fixed", id="researched, then fixed",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).fail("09:02:00", 2, "escalated_user").fail("09:03:00", 3, "auto_fixed").succeed("09:04:00"),
        "1,3,09:01:00,09:03:00,09:04:00,escalated_user,2,fixed", id="asked, then fixed",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).fail("09:02:00", 2).succeed("09:03:00"),
        "1,2,09:01:00,09:02:00,09:03:00,fixed,2,fixed", id="fixed, not marked",
    ),
    pytest.param(
        Script().fail("09:01:00", 1, "auto_fixed").succeed("09:02:00").fail("09:03:00", 1),
        "1,1,09:01:00,09:01:00,09:02:00,fixed,1,fixed\n2,1,09:03:00,09:03:00,,open,1,open", id="a success ends a chain",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).succeed("09:02:00").fail("09:03:00", 1).succeed("09:04:00").fail("09:05:00", 1),
        "1,1,09:01:00,09:01:00,09:02:00,fixed,1,fixed\n2,1,09:03:00,09:03:00,09:04:00,fixed,1,fixed\n"
        "3,1,09:05:00,09:05:00,,open,1,open", id="each success ends one",
    ),
    pytest.param(
        Script().succeed("09:00:00").fail("09:01:00", 1).succeed("09:02:00").succeed("09:03:00"),
        "1,1,09:01:00,09:01:00,09:02:00,fixed,1,fixed", id="closed by the first success after it, never by one before",
    ),
    pytest.param(
        Script().fail("09:01:00", 1, "auto_fixed", check=None),
        "1,1,09:01:00,09:01:00,,fixed,1,fixed", id="fixed by the mark alone",
    ),
    pytest.param(
        Script().fail("09:01:00", 1, "escalated_user").fail("09:02:00", 2, "abandoned"),
        "1,2,09:01:00,09:02:00,,escalated_user,1,abandoned", id="the first event and the outcome are two things",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).succeed("09:02:00", "other").fail("09:03:00", 2, "abandoned"),
        "1,2,09:01:00,09:03:00,,abandoned,2,abandoned", id="another check's success ends none",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).fail("09:02:00", 1, check="d").fail("09:03:00", 2),
        "1,2,09:01:00,09:03:00,,open,2,open\n2,1,09:02:00,09:02:00,,open,1,open", id="two checks, two chains",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).fail("09:02:00", 1, file_path="/w/b.py").fail("09:03:00", 2, file_path=None),
        "1,2,09:01:00,09:03:00,,open,2,open", id="the check counts, not the file; one number, one attempt",
    ),
    pytest.param(
        Script().fail("09:01:00", 1, check=None).fail("09:02:00", 2, check=None).fail("09:02:00", 2, check=None)
        .fail("09:03:00", 3, "auto_fixed", check=None).fail("09:04:00", 1, check=None)
        .fail("09:05:00", 2, check=None, file_path="/w/b.py"),
        "1,3,09:01:00,09:03:00,,fixed,3,fixed\n5,1,09:04:00,09:04:00,,open,1,open\n6,1,09:05:00,09:05:00,,open,1,open",
        id="without a check: by file and category, anew where the number falls",
    ),
    pytest.param(
        Script().fail("09:01:00", 1, check=None).fail("09:02:00", 2, check=None, error_category="lint").fail("09:03:00", 2, check=None),
        "1,2,09:01:00,09:03:00,,open,2,open\n2,1,09:02:00,09:02:00,,open,1,open", id="without a check: each category by itself",
    ),
    pytest.param(
        Script().fail("09:01:00", 1, check=None).event("09:01:00", "post_tool_use_failure", ok=False, error_id=1).fail("09:02:00", 2, check=None),
        "1,2,09:01:00,09:02:00,,open,2,open", id="an event that names no check tells of none",
    ),
    pytest.param(
        Script().fail("09:01:00", None, check=None).fail("09:02:00", None, check=None, mark="abandoned"),
        "1,2,09:01:00,09:02:00,,abandoned,2,abandoned", id="a writer that numbers no attempts",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).event("09:01:30", "post_tool_use_failure", ok=False, check="d", error_id=1).succeed("09:02:00", "d"),
        "1,1,09:01:00,09:01:00,,open,1,open", id="the first event names the check",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).fail("09:02:00", 2).fail("09:03:00", 1).succeed("09:04:00"),
        "1,2,09:01:00,09:02:00,09:04:00,fixed,2,fixed\n3,1,09:03:00,09:03:00,09:04:00,fixed,1,fixed", id="anew where the number falls",
    ),
    pytest.param(
        Script().fail("09:01:00", 1).event("09:02:00", "post_tool_use", ok=True, check="c", dup=True),
        "1,1,09:01:00,09:01:00,,open,1,open", id="a doubled success is none",
    ),
    pytest.param(
        Script().event("09:00:00", "post_tool_use", "t", ok=True, check="c").fail("09:01:00", 1)
        .event("09:02:00", "post_tool_use", "t", ok=True, check="c"),
        "1,1,09:01:00,09:01:00,,open,1,open", id="another session's success is none",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> dict[Script, dict[str, str]]:
    scripts = [one.values[0] for one in CASES]
    return together(tmp_path_factory.mktemp("chains"), scripts, error_chains=CHAINS)


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_error_chains(chains: dict[Script, dict[str, str]], script: Script, expected: str) -> None:
    assert chains[script]["error_chains"] == f"{CHAINS}\n{expected}\n"


def test_error_chains_describe_the_last_attempt(tmp_path: Path) -> None:
    script = (
        Script()
        .fail("09:01:00", 1, agent_id="a", error_message="$ pytest -q\nexit status hidden\n1 failed")
        .fail(
            "09:02:00", 2, agent_id="b", error_message="$ pytest\nE", file_path=None, error_category="build"
        )
        .fail(
            "09:03:00",
            1,
            check=None,
            error_message="no dollar",
            file_path="/w/c.py",
            error_category="security",
        )
        .fail("09:04:00", 1, check="d", error_message=None)
    )
    columns = "db,session_id,chain_id,aim,tried,error_category,file_path,agent_id,is_hidden"
    assert relation(tmp_path, "error_chains", script, columns) == lines("""
        db,session_id,chain_id,aim,tried,error_category,file_path,agent_id,is_hidden
        made,s,1,c,pytest,build,/w/a.py,b,True
        made,s,3,,,security,/w/c.py,,False
        made,s,4,d,,test,/w/a.py,,False
    """)


def test_error_attempts_value_by_value(tmp_path: Path) -> None:
    script = (
        Script()
        .fail("09:01:00", 1, agent_id="a")
        .fail("09:02:00", 2, "auto_fixed")
        .succeed("09:03:00")
        .fail("09:04:00", 1, "odd mark", error_category="lint")
        .fail("09:05:00", 4, check=None)
        .fail("09:06:00", 6, check=None)
        .fail("09:06:00", 6, check=None)
    )
    assert relation(tmp_path, "error_attempts", script) == lines("""
        db,session_id,chain_id,error_id,attempt,failed_at,agent_id,error_category,resolution,kind,aim,spelling
        made,s,1,1,1,09:01:00,a,test,,,c,c
        made,s,1,2,2,09:02:00,,test,auto_fixed,,c,c
        made,s,3,3,1,09:04:00,,lint,odd mark,,c,c
        made,s,4,4,1,09:05:00,,test,,,,
        made,s,4,5,2,09:06:00,,test,,,,
        made,s,4,6,2,09:06:00,,test,,,,
    """)


def named(clock: str, script: Script, **payload: object) -> Script:
    """A failed call of one chain, as the collector names it."""
    script.errors += 1
    script.row("error_log", session_id="s", timestamp=at(clock), attempt_number=payload.pop("attempt", 1),
               error_category="test", error_message="$ pytest", resolution=payload.pop("resolution", None))  # fmt: skip
    return script.event(
        clock, "post_tool_use_failure", tool="Bash", ok=False, error_id=script.errors, **payload
    )


def test_a_chain_is_what_the_collector_says_it_is(tmp_path: Path) -> None:
    """Two spellings of one aim; left at 09:03, taken up again, and closed by a call of a third spelling."""
    script = named("09:01:00", Script(), aim="A", spelling="x", kind="check", chain="1")
    named("09:02:00", script, aim="A", spelling="y", kind="check", chain="1", attempt=2)
    script.event("09:03:00", "user_prompt_submit", leaves=["1"])
    named(
        "09:04:00", script, aim="A", spelling="x", kind="check", chain="1", attempt=3, resolution="auto_fixed"
    )
    script.event("09:05:00", "post_tool_use", tool="Bash", ok=True, aim="B", spelling="z", closes=["1"])
    found = relation(tmp_path / "1", "error_chains", script, CHAINS)
    assert found.splitlines()[1:] == ["1,3,09:01:00,09:04:00,09:05:00,abandoned,2,fixed"]
    attempts = relation(
        tmp_path / "2", "error_attempts", script, "error_id,chain_id,attempt,aim,spelling,kind"
    )
    assert attempts.splitlines()[1:] == ["1,1,1,A,x,check", "2,1,2,A,y,check", "3,1,3,A,x,check"]


def test_a_command_of_which_only_the_tool_is_known_has_no_name(tmp_path: Path) -> None:
    script = Script()
    for number, tried in enumerate(("Bash", "mix", "Skill", "Bash a.py"), start=1):
        script.row("error_log", session_id="s", timestamp=at(f"09:0{number}:00"), attempt_number=1,
                   error_message=f"$ {tried}\nExit code 1", file_path=f"{number}.py")  # fmt: skip
    found = relation(tmp_path, "error_chains", script, "chain_id,tried")
    assert found.splitlines()[1:] == ["1,", "2,mix", "3,Skill", "4,Bash a.py"]


def test_what_was_left_at_the_very_moment_of_the_next_try_was_left_after_it(tmp_path: Path) -> None:
    script = named("09:01:00", Script(), aim="A", spelling="x", kind="check", chain="1")
    script.event("09:04:00", "user_prompt_submit", leaves=["1"])
    named("09:04:00", script, aim="A", spelling="x", kind="check", chain="1", attempt=2)
    columns = "first_event,first_event_attempt"
    assert relation(tmp_path, "error_chains", script, columns) == f"{columns}\nabandoned,2\n"


def test_a_gated_call_is_a_try_without_an_event(tmp_path: Path) -> None:
    told = '{"tool": "Bash", "aim": "A", "spelling": "x", "kind": "check", "chain": "1", "error_id": 1}'
    script = (
        Script()
        .row(
            "error_log",
            session_id="s",
            timestamp=at("09:01:00"),
            attempt_number=1,
            error_message="$ git commit",
        )
        .row(
            "session_metrics",
            session_id="s",
            timestamp=at("09:01:00"),
            event_type="tool_gated",
            key="u1",
            value=told,
        )
    )
    found = relation(tmp_path / "1", "tool_calls", script, "call_id,tool,tool_use_id,ended_at,is_ok,error_id")
    assert found.splitlines()[1:] == ["-1,Bash,u1,09:01:00,False,1"]
    assert relation(tmp_path / "2", "error_attempts", script, "error_id,aim").splitlines()[1:] == ["1,A"]
