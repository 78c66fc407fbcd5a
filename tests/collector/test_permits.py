"""What would have let a call pass that somebody is asked about: checks alone, and in words that are ours."""

from claudesess_collector.permits import CHECKS, WHOLE, entry
from tables import each_row


@each_row(
    ("command", "wanted"),
    [
        ("npm test", "Bash(npm test:*)"),
        ("npm  test -- src/a.test.js", "Bash(npm test:*)"),
        ("npm run lint", "Bash(npm run lint:*)"),
        ("python3 -m pytest -q 'tests/test a.py'", "Bash(python3 -m pytest:*)"),
        ("npx tsc --noEmit", "Bash(npx tsc:*)"),
        ("uv run ruff check .", "Bash(uv run ruff check:*)"),
        ("make test", "Bash(make test)"),
        # another target may stand behind
        ("make test deploy", None),
        ("mvn test deploy", None),
        ("npm run test:unit", None),
        # it does something else, too, or writes somewhere
        ("npm test; rm -rf build", None),
        ("npm test && git push", None),
        ("npm test\nrm -rf build", None),
        ("pytest > /etc/passwd", None),
        ("pytest $(rm x)", None),
        ("pytest `rm x`", None),
        ("pytest & rm x", None),
        ("cd /etc && pytest", None),
        ("sudo pytest", None),
        ("PYTEST_ADDOPTS=-x pytest", None),
        # no check
        ("rm -rf build", None),
        ("git push", None),
        ("npm publish", None),
        ("npm install", None),
        ("npm run deploy", None),
        ("curl https://example.org", None),
        ("python -c 'print(1)'", None),
        ("bash test.sh", None),
        ("pytestx", None),
        ("", None),
    ],
)
def test_of_checks_alone_an_entry_is_proposed(command, wanted):
    assert entry("Bash", command) == wanted


def test_other_tools_have_none():
    assert [entry("Edit", "pytest"), entry("PowerShell", "pytest"), entry(None, None)] == [None] * 3


def test_no_entry_begins_with_a_shell_or_another_program_s_starter():
    first = {words.split()[0] for words in (*CHECKS, *WHOLE)}
    assert not first & {"bash", "sh", "sudo", "env", "xargs", "eval", "git", "rm", "node", "docker", "curl"}
    assert all(
        len(words.split()) > 1
        for words in CHECKS
        if words.split()[0] in ("python", "python3", "npm", "npx", "uv")
    )


def test_a_request_says_what_it_is_for_as_the_call_will(project):
    project.feed("PermissionRequest", tool_name="Bash", tool_input={"command": "npm test -- a.js"})
    requested = project.last_summary()
    project.tool("Bash", {"command": "npm test -- a.js"}, {"stdout": "ok"})
    ran = project.last_summary()
    assert requested["permit"] == "Bash(npm test:*)"
    assert [requested[key] for key in ("spelling", "aim", "kind")] == [
        ran[key] for key in ("spelling", "aim", "kind")
    ]
    assert "ok" not in requested and "permit" not in ran
    project.feed(
        "PermissionRequest", tool_name="Edit", tool_input={"file_path": "/w/a.py", "old_string": "a"}
    )
    assert project.last_summary()["path"] == "/w/a.py"
    assert "permit" not in project.last_summary()
