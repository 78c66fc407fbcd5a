"""No secret, no escape sequence, no more characters than asked for. All secrets here are made up or documented examples."""

import json

import pytest
from recorder.redact import MARKERS, clean, head_and_tail, one_line, redact, storable
from recorder.secrets import PATTERNS

A, H = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF", "0123456789abcdef" * 4
SECRETS = {
    "anthropic-key": f"sk-ant-api03-{A}",
    "api-key": f"sk-proj-{A}",
    "stripe-key": f"sk_live_{A}",
    "webhook-secret": f"whsec_{A}",
    "github-token": f"ghp_{A}1234",
    "gitlab-token": "glpat-" + A[:20],
    "aws-key-id": "AKIAIOSFODNN7EXAMPLE",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "slack-token": "xoxb-123456789012-abcdefABCDEF",
    "slack-webhook": "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "discord-webhook": f"discord.com/api/webhooks/123456789012345678/{A}",
    "google-key": "AIzaSyA-" + A + "1",
    "google-token": f"ya29.{A}",
    "google-secret": f"GOCSPX-{A[:28]}",
    "npm-token": f"npm_{A}abcd",
    "pypi-token": f"pypi-AgEIcHlwaS5vcmc{A}",
    "huggingface-token": f"hf_{A}",
    "sendgrid-key": f"SG.{A[:22]}.{A}",
    "digitalocean-token": f"dop_v1_{H}",
    "databricks-token": f"dapi{H[:32]}",
    "shopify-token": f"shpat_{H[:32]}",
    "square-token": f"sq0atp-{A[:22]}",
    "linear-key": f"lin_api_{A}",
    "figma-token": f"figd_{A}",
    "vault-token": f"hvs.{A}",
    "age-key": "AGE-SECRET-KEY-1" + "Q" * 58,
    "twilio-key": f"SK{H[:32]}",
    "telegram-token": f"110201543:AA{A[:32]}aa",
    "private-key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
}
ASSIGNED = [
    ("password=hunter2", "hunter2"),
    ('{"db_password": "correct horse"}', "correct horse"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
    ("authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("postgres://bob:hunter2@db.example/x", "hunter2"),
    (f"https://{A}@github.example/x.git", A),
    ("mysql -u root --password hunter2", "hunter2"),
    ("X-Api-Key: abcdef123456", "abcdef123456"),
    ("client_secret: 'a1b2c3d4e5'", "a1b2c3d4e5"),
    ("password=123456", "123456"),
    ("export SECRET=topsecret", "topsecret"),
    ("SECRET_KEY=correcthorsebattery", "correcthorse"),
    ("API_KEY=supersecretvalue", "supersecret"),
    ("token=abcdefghijklmnop", "abcdefgh"),
    ("Authorization: Token abc123def456", "abc123"),
    ("https://user:pa/ss@host/x", "pa/ss"),
    ("http://user:p@ss@host/", "p@ss"),
    ('password="a\\"bcd"', "bcd"),
    ("password=p@ss&word(1)", "word(1)"),
    ("aws configure set aws_secret_access_key wJalrXUtnFEMI", "wJalrXUtnFEMI"),
    ("curl -u admin:hunter2 https://x.example", "hunter2"),
    ("sshpass -p hunter2 ssh x", "hunter2"),
    ("AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==", "Zm9vYmFy"),
]
HARMLESS = [
    "9fceb02d0ae598e95dc970b74767f19372d61af8",
    "11111111-aaaa-4000-8000-000000000001",
    "toolu_01A09q90qw90lq917835lq9",
    "sha256:" + H,
    "max_tokens=4096",
    "def f(token: str, password: str | None = None) -> None:",
    "password = os.environ['DB_PASSWORD']",
    "tokens: 12345",
    "src/app/(auth)/page.tsx",
    "task-notification disk-usage risk-assessment-of-everything",
    "cache_key = build_key(user)",
    "https://example.org/a:b@c",
    "1 passed in 0.01s",
    "AGENTS.md KEYBOARD MONKEY",
    "PWD=/home/dev/app",
    "password=getpass()",
    "the token abcdefgh is short, see basic understanding",
    "integrity sha512-" + "Zm9v" * 8,
]


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items())
@pytest.mark.parametrize("around", ["{}", "x {} y", "'{}'", "key={}", "({}),", "\x1b[31m{}\x1b[0m"])
def test_a_known_kind_of_secret_is_replaced(kind, secret, around):
    kept = storable(around.format(secret), 4000)
    assert secret not in kept
    assert secret[-12:] not in kept
    assert "[redacted:" in kept
    if around == "{}":
        assert kept.strip() == f"[redacted:{kind}]"


def test_every_pattern_has_its_example():
    assert {kind for kind, _, _, _ in PATTERNS} == {
        *SECRETS,
        "bearer",
        "url-credentials",
        "password",
        "secret",
    }


@pytest.mark.parametrize(("text", "secret"), ASSIGNED)
def test_what_an_assignment_or_an_address_gives_away(text, secret):
    assert secret not in redact(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_look_alikes_stay(text):
    assert redact(text) == text


def test_markers_are_lower_case_as_the_text_they_are_looked_for_in():
    assert all(marker == marker.lower() for marker in MARKERS)
    assert set(MARKERS) == {marker for _, markers, _, _ in PATTERNS for marker in markers.split()}


def test_sequences_go_whole_and_control_and_bidi_characters_too():
    assert clean("\x1b[31mred\x1b[0m \x1b]0;title\x07a\x00b\u202ec\u200f\n\td\x9b1me") == "red abc\n\tde"


def test_long_text_is_looked_at_in_a_window_and_cut_last():
    long = "a" * 100_000
    assert len(clean(long)) < 20_000
    assert len(storable(long, 50)) == 50
    assert one_line("a\n  b\tc", 10) == "a b c"
    assert len(head_and_tail("x" * 5000, 2048)) == 2048
    assert one_line("x" * 110 + " sk-ant-api03-" + A, 120).endswith(" [redacte…")


def test_no_secret_reaches_the_file_wherever_an_event_carries_it(project):
    """Each secret in each text of each event, then a search of the file's raw bytes (paths stay as they are given)."""
    keys = [
        "prompt",
        "prompt_id",
        "error",
        "last_assistant_message",
        "reason",
        "source",
        "trigger",
        "compact_summary",
        "agent_type",
        "task_id",
        "task_subject",
    ]
    for n, secret in enumerate(SECRETS.values()):
        texts = dict.fromkeys(keys, f"{secret} {n}")
        call = {
            "tool_name": "Bash",
            "tool_input": {"command": f"pytest -k '{secret}'", "description": secret, "subject": secret},
            "tool_response": {
                "stdout": f"{secret}\n1 failed in 0.1s",
                "task": {"id": str(n), "subject": secret},
            },
        }
        edit = {
            "tool_name": "Edit",
            "tool_input": {"file_path": "/home/dev/app/a.py", "new_string": f"k = {secret}"},
        }
        agent = {
            "tool_name": "Agent",
            "tool_input": {"description": secret},
            "tool_response": {"agentId": f"a{n}"},
        }
        for event in ("SessionStart", "UserPromptSubmit", "PermissionRequest", "PermissionDenied", "TaskCreated", "StopFailure",
                      "PostToolUse", "PostToolUseFailure", "PreCompact", "PostCompact", "SubagentStart", "Stop"):  # fmt: skip
            project.feed(event, agent_id=f"b{n}", tool_use_id=f"{event}{n}", **texts, **call)
        project.feed("PostToolUse", tool_use_id=f"edit{n}", **edit)
        project.feed("PostToolUse", tool_use_id=f"agent{n}", **agent)
        project.feed("PostToolUse", tool_use_id=f"task{n}", **{**call, "tool_name": "TaskCreate"})
    project.feed("SessionEnd", reason=A)
    raw = b"".join(path.read_bytes() for path in project.disk.glob(".claude-session.db*"))
    leaked = [
        kind
        for kind, secret in SECRETS.items()
        if json.dumps(secret)[1:-1].encode() in raw or secret.encode() in raw
    ]
    assert leaked == []
    assert project.column("SELECT sum(exit_code) FROM hook_events") == [0]
