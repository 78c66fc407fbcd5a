"""What the sessions are about, and what the model answers in them.

The project is a `mean()` that forgets to divide. Paths in tool calls are absolute, as the client's own tools want them.
"""

from dataclasses import dataclass

from model import Answer, Call, Script, answer, call

FILES = {
    "pyproject.toml": '[project]\nname = "calc"\nversion = "1"\ndependencies = ["pytest"]\n',
    "calc.py": "def mean(xs):\n    return sum(xs)\n",
    "helper.py": "def  h( ):\n    return 1\n",
    "test_calc.py": "from calc import mean\n\n\ndef test_mean():\n    assert mean([1, 2, 3]) == 2\n",
    ".gitignore": "__pycache__/\n.pytest_cache/\n.claude/\n",
}
INSTRUCTIONS = "CLAUDE.md"
CHECK = "python -m pytest -q test_calc.py"
SUMMARY = "mean() must divide: / 1 and / 7 were wrong."
RUNNING = "running"  # the file that says the agent's last command is on its way


@dataclass(frozen=True)
class Story:
    """What is typed into one session and what the model answers; `is_killed` ends it with SIGKILL."""

    prompts: tuple[str, ...]
    script: Script
    is_killed: bool = False


def story(name: str, project: str) -> Story:
    return {"work": _work, "killed": _killed, "short": _short}[name](project)


def _work(project: str) -> Story:
    """Three agents at once and one below them, a test that fails three times, a compaction, the fix, ten calls at once."""
    calc = f"{project}/calc.py"
    first = [
        answer(
            call("Read", file_path=calc), call("Read", file_path=f"{project}/test_calc.py", offset=4, limit=2)
        ),
        answer(call("ToolSearch", query="select:TaskCreate,TaskUpdate", max_results=5)),
        answer(
            call("TaskCreate", subject="Fix mean", description="divide by len", activeForm="Fixing mean"),
            call("TaskCreate", subject="Add docs", description="README", activeForm="Writing docs"),
        ),
        answer(call("TaskUpdate", taskId="1", status="in_progress")),
        answer(
            _agent("a", "Format helper.py"), _agent("b", "Write research"), _agent("f", "Meet an API error")
        ),
        answer(_edit(calc, "no such line", "x")),
        answer(_edit(calc, "return sum(xs)", "return sum(xs) / 1")),
        answer(_shell(CHECK, "Run tests"), after=("a", "b", "f")),
        answer(_edit(calc, "return sum(xs) / 1", "return sum(xs) / 7")),
        answer(_shell(CHECK, "Run tests")),
        answer(_shell(f"{CHECK} 2>&1 | tail -3", "Run tests, last lines")),
        answer("I am stuck."),
    ]
    second = [
        answer(call("Read", file_path=calc)),
        answer(_edit(calc, "return sum(xs) / 7", "return sum(xs) / len(xs)")),
        answer(_shell(CHECK, "Run tests")),
        answer(call("TaskUpdate", taskId="1", status="completed")),
        answer(_shell("printf 'y = 1\\n' > made_by_shell.py", "Write through the shell")),
        answer(_shell("git add -A && git commit -m 'mean() divides'", "Commit")),
        answer(*[call("Read", file_path=f"{project}/{name}") for name in FILES] * 2),
        answer("mean() divides now."),
    ]
    agents = {
        "a": [
            answer(call("Read", file_path=f"{project}/helper.py")),
            answer(_edit(f"{project}/helper.py", "def  h( ):", "def h():")),
            answer(_shell("ruff-not-here check helper.py", "Lint")),
            answer("helper.py is formatted."),
        ],
        "b": [
            answer(_agent("n", "Look it up", run_in_background=False)),
            answer(call("Write", file_path=f"{project}/research.md", content="divide by len\n")),
            answer("Written."),
        ],
        "n": [answer(call("Write", file_path=f"{project}/inner.txt", content="i\n")), answer("Found.")],
        "f": [Answer(status=400)],
    }
    return Story(("Fix mean().", "/compact", "Go on."), Script([first, [], second], agents, SUMMARY))


def _killed(project: str) -> Story:
    """An agent is in the middle of a command when the client is killed."""
    agents = {
        "s": [
            answer(call("Write", file_path=f"{project}/slow.txt", content="s\n")),
            answer(_shell(f"touch {RUNNING} && sleep 8", "Take long")),
        ]
    }
    main = [answer(_agent("s", "Slow work")), Answer(hold=True)]
    return Story(("Take your time.",), Script([main], agents), is_killed=True)


def _short(project: str) -> Story:
    """One call; also how the killed session is taken up again, and ends."""
    return Story(
        ("Where were we?",), Script([[answer(call("Read", file_path=f"{project}/calc.py")), answer("Done.")]])
    )


def _agent(tag: str, task: str, **options: bool) -> Call:
    return call(
        "Agent", description=task, prompt=f"[sub:{tag}] {task}", subagent_type="general-purpose", **options
    )


def _edit(path: str, old: str, new: str) -> Call:
    return call("Edit", file_path=path, old_string=old, new_string=new, replace_all=False)


def _shell(command: str, description: str) -> Call:
    return call("Bash", command=command, description=description)
