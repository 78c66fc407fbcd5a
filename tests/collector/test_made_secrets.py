"""A corpus of secrets in every text of every event: no piece of one in the raw bytes of any file. Look-alikes stay."""

import hashlib
import itertools
import json
import random
import re
import string
import uuid

import pytest
from claudesess_collector import privacy_redact, privacy_secrets
from claudesess_collector.privacy_redact import (
    WINDOW,
    clean,
    head_and_tail,
    is_secret_file,
    one_line,
    redact,
    storable,
)
from counts import FULL, by_run, by_turns
from made import HEX, MIXED, SECRETS, UPPER, leaked, pieces
from stage import COLLECT
from tables import each_row

SAMPLES = COLLECT.parents[1] / "data" / "samples"
# How a client or a handler spells a text: as it is, in a sentence, quoted, in JSON, in colours, over several lines.
AROUND = [
    "{}",
    "see {} there",
    "a line\n{}\nanother",
    "value: '{}',",
    "({})",
    "\x1b[31m{}\x1b[0m",
    "{}\r\n",
]


def is_clean(text, secret):
    raw = text.encode()
    return not any(piece in raw for piece in pieces(secret))


def test_the_corpus_is_as_large_as_it_has_to_be():
    assert len({secret.body for secret in SECRETS}) >= 60
    assert len({secret.kind for secret in SECRETS}) >= 15


@each_row("secret", SECRETS)
def test_every_secret_is_found_whatever_stands_around_it(secret):
    for around in AROUND:
        kept = storable(around.replace("{}", secret.text), 4000)
        assert "[redacted:" in kept
        assert is_clean(kept, secret), around
    if '"' not in secret.text and "\n" not in secret.text:
        assert is_clean(redact(json.dumps({"output": secret.text})), secret)


#: Of what these are given more goes than the secret: a user beside it, quotes, what begins its name.
MORE_GOES = ("rabbitmqctl", "curl", "psql", "gh auth", "mvn", "ConvertTo-SecureString")


@each_row("kind", ["option", "pipe", "netrc", "pgpass", "windows", "docker file"])
def test_what_stands_around_a_secret_stays(kind):
    told = [one for one in SECRETS if one.kind == kind and not one.text.startswith(MORE_GOES)]
    for one in told:
        before, after = one.text.split(one.body)
        shown = redact(one.text)
        assert shown.startswith(f"{before}[redacted:") and shown.endswith(f"]{after}"), one.text
    assert told


@pytest.mark.slow
def test_no_secret_hides_another_that_stands_before_or_behind_it():
    draw = random.Random(3)
    for _ in range(by_run(few=1_000, full=4_000)):
        first, second = draw.choices(SECRETS, k=2)
        kept = redact(
            first.text + draw.choice(["\n", "\n\n", " ", ", ", "; ", " and ", " no, "]) + second.text
        )
        assert is_clean(kept, first) and is_clean(kept, second), (first.text, second.text)


@pytest.mark.slow
def test_no_identifier_that_chance_makes_is_taken_for_a_secret():
    draw = random.Random(7)
    for n in range(by_run(few=500, full=5_000)):
        for text in (
            str(uuid.UUID(int=draw.getrandbits(128))),
            hashlib.sha1(str(n).encode()).hexdigest(),
            hashlib.sha256(str(n).encode()).hexdigest(),
            "toolu_" + "".join(draw.choices(MIXED, k=24)),
            "a" + "".join(draw.choices(HEX, k=16)),
            "".join(draw.choices(UPPER, k=26)),
        ):
            assert redact(text) == text


def leaks(patterns, told_by="(?!)"):
    """Say whether any of the corpus gets through with these patterns: what one tells is tried before the others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy_secrets, "PATTERNS", patterns)
        patch.setattr(privacy_secrets, "_patterns_of", {})
        patch.setattr(
            privacy_redact, "search", None
        )  # an import in this process looks for all patterns at once
        texts = [(f"{secret.text}\nand more", secret) for secret in SECRETS]
        texts.sort(key=lambda one: re.search(told_by, one[0]) is None)
        return any(not is_clean(privacy_secrets.replace_secrets(text), secret) for text, secret in texts)


def test_no_secret_of_the_corpus_gets_through_all_patterns():
    assert not leaks(list(privacy_secrets.PATTERNS))


@pytest.mark.slow
@pytest.mark.parametrize("dropped", range(len(privacy_secrets.PATTERNS)))
def test_no_pattern_can_be_dropped_without_a_leak(dropped):
    """Beside the one for keys that show themselves: it finds many of makers that are named, and calls them by no name."""
    rows = enumerate(privacy_secrets.PATTERNS)
    gone = privacy_secrets.PATTERNS[dropped]
    patterns = [row for n, row in rows if n != dropped and (row[4] != "prefixed" or row is gone)]
    assert leaks(patterns, told_by=gone[3])


LIMITS = {
    "snippet": (one_line, 120),
    "tried": (one_line, 300),
    "subject": (one_line, 200),
    "reason": (one_line, 1000),
    "summary": (storable, 8192),
}


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_leaves_no_half_of_a_secret(limit):
    cut, length = LIMITS[limit]
    for secret, part in by_turns(SECRETS, (0.2, 0.5, 0.9)):
        before = length - int(len(secret.text) * part)
        text = ("word " * length)[: max(before - 1, 0)] + " " + secret.text + " and more" * 50
        assert is_clean(cut(text, length), secret), (secret.kind, part)


@pytest.mark.slow
def test_what_is_too_long_to_be_looked_through_leaves_no_half_at_its_cuts():
    for secret, part in by_turns(SECRETS, (0.1, 0.3, 0.5, 0.7, 0.9)):
        inside = int(len(secret.text) * part)
        for edge in (WINDOW, -WINDOW):
            filler = ("word " * 15 + "\n") * 600
            text = filler[:edge] + filler[edge:]
            at = (edge if edge > 0 else len(text) + edge) - inside
            before = "\n" if "\n" in secret.text else " "
            text = text[: at - 1] + before + secret.text + " " + text[at + len(secret.text) :]
            for kept in (storable(text, 10**6), head_and_tail(redact(clean(text)), 2048)):
                assert is_clean(kept, secret), (secret.kind, part, edge)


@each_row("name", [".env", ".env.local", "deploy/prod.pem", "C:\\keys\\a.KEY", ".aws/credentials", "id_ed25519"])  # fmt: skip
def test_of_a_file_made_for_secrets_no_line_is_kept(project, name):
    assert is_secret_file(name)
    project.edits(name, "nothing that looks like one")
    assert "snippet" not in project.last_summary()
    assert project.column("SELECT file_path FROM file_claims") == [f"{project.folder}/{name}"]
    assert b"looks like one" not in stored(project)


@each_row("name", [".env.example", "environment.py", "keys.py", "id_rsa.pub", "src/credentials.py"])
def test_other_files_keep_their_line(project, name):
    project.edits(name, "an ordinary line")
    assert project.last_summary()["snippet"] == "an ordinary line"


def stored(project):
    """Return the raw bytes of all that the collector wrote: database, WAL, spool."""
    return b"".join(path.read_bytes() for path in sorted(project.disk.glob(".claude-session*")))


# Keys of paths: they stay as they are given. And what decides which handler reads the event.
PATHS = {"file_path", "notebook_path", "cwd", "transcript_path", "agent_transcript_path", "changedFiles", "filePath", "path"}  # fmt: skip
PATHS |= {"filenames", "file", "originalFile", "scratchpad_dir"} - {"file", "originalFile"}
ROUTES = {"hook_event_name", "tool_name", "status", "to", "from", "source", "trigger", "is_interrupt"}


def shapes():
    """Return payloads of every event and tool that the recordings hold, and made-up ones of what they lack."""
    found = {}
    for path in sorted(SAMPLES.glob("*/hooks.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            payload = json.loads(line)["payload"]
            key = (payload["hook_event_name"], payload.get("tool_name"), *sorted(payload))
            found.setdefault(key, payload)
    base = {"session_id": "s1", "cwd": "/home/dev/app"}
    tools = {
        "MultiEdit": ({"file_path": "/home/dev/app/a.py", "edits": [{"old_string": "a", "new_string": "b"}]}, {}),
        "WebFetch": ({"url": "https://example.org", "prompt": "read"}, {"result": "text", "codeText": "OK"}),
        "WebSearch": ({"query": "how"}, {"results": [{"title": "t", "snippet": "s"}]}),
        "AskUserQuestion": ({"questions": [{"question": "which", "options": [{"label": "a"}]}]}, {"answers": {"q": "a"}}),
        "mcp__db__query": ({"sql": "select 1", "dsn": "x"}, [{"type": "text", "text": "row"}]),
        "Grep": ({"pattern": "x", "path": "/home/dev/app"}, {"content": "a:1:x"}),
    }  # fmt: skip
    made = [
        {
            "hook_event_name": name,
            "tool_name": tool,
            "tool_input": given,
            "tool_use_id": f"toolu_{tool}",
            **said,
        }
        for tool, (given, answer) in tools.items()
        for name, said in (
            ("PostToolUse", {"tool_response": answer}),
            ("PostToolUseFailure", {"error": "no"}),
        )
    ]
    made += [
        {"hook_event_name": "PermissionDenied", "tool_name": "Bash", "tool_input": {"command": "ls"}, "reason": "no"},
        {"hook_event_name": "Notification", "message": "waiting", "title": "t", "notification_type": "idle_prompt"},
        {"hook_event_name": "UserPromptSubmit", "prompt": "<task-notification><task-id>a1</task-id><status>failed</status>"},
        {"hook_event_name": "UserPromptExpansion", "command_name": "c", "command_args": "x", "prompt": "p"},
        {"hook_event_name": "SubagentStop", "agent_id": "a1", "agent_type": "x", "last_assistant_message": "m"},
        {"hook_event_name": "ElicitationResult", "mcp_server_name": "m", "content": {"answer": "a"}, "action": "accept"},
        {"hook_event_name": "ConfigChange", "source": "user_settings"},
        {"hook_event_name": "InstructionsLoaded", "file_path": "/home/dev/app/CLAUDE.md", "memory_type": "Project",
         "load_reason": "session_start"},
        {"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_use_id": "hidden",
         "tool_input": {"command": "pytest -q | tail -3", "description": "d"},
         "tool_response": {"stdout": "E   assert x\n1 failed in 0.1s", "stderr": "e", "interrupted": False}},
        {"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_use_id": "shell", "tool_input": {"command": "sed -i s/a/b/ a.py"},
         "tool_response": {"stdout": "", "bashEditDiff": {"changedFiles": ["/home/dev/app/a.py"],
          "files": [{"filePath": "/home/dev/app/a.py", "hunks": [{"lines": ["+b", "-a"]}]}]},
          "gitOperation": {"commit": {"sha": "abc", "branch": "main"}}}},
    ]  # fmt: skip
    return [*found.values(), *({**base, **payload} for payload in made)]


SHAPES = shapes()


def planted(value, plant, skipped, key=""):
    """Return a payload with a text planted in each of its texts, keys of nested objects too."""
    if key in skipped:
        return value
    if isinstance(value, str):
        return plant(value)
    if isinstance(value, list):
        return [planted(item, plant, skipped, key) for item in value]
    if isinstance(value, dict):
        return {name: planted(item, plant, skipped, name) for name, item in value.items()} | (
            {plant("key"): plant("")} if key not in ("", "tool_input", "tool_response") else {}
        )
    return value


# Ids and names that the client gives look like keys of no known maker, and rows are joined by them: they stay.
GIVEN = {
    "session_id",
    "prompt_id",
    "tool_use_id",
    "task_id",
    "agent_id",
    "agent_type",
    "agentId",
    "taskId",
    "backgroundTaskId",
    "id",
    "to",
}
GIVEN |= {"model", "source", "trigger", "tool_name", "sha", "branch"}
GIVEN_TO = {"SessionEnd": {"reason"}, "StopFailure": {"error"}}


def variants(payload, secret):
    """Three ways of planting: after what stands there, alone in its place, and in names and ids as well."""
    tool, text = payload.get("tool_use_id"), secret.text
    given = GIVEN | GIVEN_TO.get(payload["hook_event_name"], set()) if secret.kind == "unnamed" else set()
    for n, (plant, skipped) in enumerate(
        [
            (lambda old: f"{old} {text}", PATHS | ROUTES | {"session_id", "tool_use_id"}),
            (lambda old: text, PATHS | ROUTES | {"session_id", "tool_use_id", "command"}),
            (lambda old: text, PATHS | {"hook_event_name"}),
        ]
    ):
        made = planted(payload, plant, skipped | given)
        if tool and n < 2:
            made["tool_use_id"] = f"{tool}-{n}-{hashlib.sha1(text.encode()).hexdigest()[:8]}"
        yield made


def test_the_shapes_are_all_events_that_leave_something():
    from claudesess_collector.handlers import HANDLERS

    assert {payload["hook_event_name"] for payload in SHAPES} >= set(HANDLERS)


@pytest.mark.slow
def test_no_piece_of_a_secret_is_in_any_file_wherever_an_event_carries_it(project):
    """In one process, for speed: each secret in each text of each event's shape (by turns; `make stress`: in all)."""
    from claudesess_collector.record import record

    open_files = {}
    sent = 0
    for n, secret in enumerate(SECRETS):
        for k, payload in enumerate(SHAPES):
            for m, made in enumerate(variants(payload, secret)):
                if FULL or (n + k + m) % 108 == 0:
                    project.now += 1000
                    sent += 1
                    record(json.dumps(made).encode(), lambda cwd: project.folder, {"PATH": "/usr/bin"}, project.now,
                           str(project.root), keep_open=open_files)  # fmt: skip
    raw = stored(project)
    for database in open_files.values():
        database.close()
    assert leaked(raw + stored(project), SECRETS) == []
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(sent, 0)]
    assert raw.count(b"[redacted:") > sent // 2


@pytest.mark.slow
@pytest.mark.parametrize("spooled", [False, True], ids=["database", "spool"])
def test_nor_when_the_collector_runs_as_the_client_runs_it(project, spooled):
    """As processes, also where all goes into the spool: every eighth shape (`make stress`: every shape and secret)."""
    if spooled:
        project.database.mkdir()
    for n, payload in zip(range(max(len(SECRETS), len(SHAPES))), itertools.cycle(SHAPES), strict=False):
        if not FULL and n % 8 != 4 * spooled:
            continue
        secret = SECRETS[n % len(SECRETS)]
        made = next(itertools.islice(variants(payload, secret), n % 3, None))
        done = project.process(json.dumps(made).encode())
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    raw = stored_files(project)
    assert raw.count(b"[redacted:") > (100 if FULL else 12)
    assert leaked(raw, SECRETS) == []


def stored_files(project):
    paths = [path for path in project.disk.glob(".claude-session*") if path.is_file()]
    assert paths
    return b"".join(path.read_bytes() for path in paths)


@pytest.mark.slow
def test_a_secret_that_escape_codes_run_through_is_not_kept_by_the_spool_either(project):
    project.database.mkdir()
    for n, secret in enumerate(SECRETS[:20]):
        broken = secret.text[:6] + "\x1b[0m" + secret.text[6:]
        payload = {"session_id": "s1", "hook_event_name": "PostToolUseFailure", "tool_name": "Bash",
                   "tool_use_id": f"t{n}", "tool_input": {"command": "make", broken: 1, "cwd": {"x": broken}}, "error": broken}  # fmt: skip
        project.process(json.dumps(payload).encode())
    assert leaked(stored_files(project), SECRETS) == []


def test_the_corpus_itself_shows_no_secret_to_those_that_search_repositories():
    source = (COLLECT.parents[1] / "tests" / "collector" / "made.py").read_text(encoding="utf-8")
    assert leaked(source.encode(), SECRETS) == []
    tokens = [
        pattern
        for kind, _, _, pattern, group in privacy_secrets.PATTERNS
        if group == 0 and kind not in ("bearer", "private-key")
    ]
    shown = [found.group() for pattern in tokens for found in re.finditer(pattern, source)]
    assert [text for text in shown if not set(text) <= set(string.ascii_lowercase + "-_")] == []
