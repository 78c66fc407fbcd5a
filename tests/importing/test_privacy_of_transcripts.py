"""No secret of a transcript reaches the database: the corpus planted in every text of every recorded line."""

import itertools
import json
import sys
from pathlib import Path

import pytest
from counts import FULL

sys.path.append(str(Path(__file__).parents[1] / "collector"))  # the corpus is the collector's

from corpus import HARMLESS, TOKENS, TOLD

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SECRETS = [(secret, secret) for secrets in TOKENS.values() for secret in secrets] + TOLD
#: What tells of which kind a line is, what belongs together, where things lie, and when.
GIVEN = {
    "type", "subtype", "uuid", "parentUuid", "logicalParentUuid", "sessionId", "timestamp", "cwd", "id", "tool_use_id",
    "toolUseID", "name", "agentId", "file_path", "notebook_path", "filePath", "changedFiles", "role", "operation",
    "reason", "decision", "sourceToolAssistantUUID", "promptId", "stop_reason", "taskId", "status",
}  # fmt: skip


def planted(value, text, key=""):
    if isinstance(value, dict):
        return {name: planted(item, text, name) for name, item in value.items()}
    if isinstance(value, list):
        return [planted(item, text, key) for item in value]
    if isinstance(value, str) and key not in GIVEN:
        return f"{value} # {text}" if value.count("\n") < 2 else f"{text}\n{value}"
    return value


def plant(past, texts):
    """Write the recorded transcripts anew, with the next of some texts in all texts of each line."""
    turns = itertools.cycle(texts)
    for number, story in enumerate(sorted(SAMPLES.glob("*/transcripts"))):
        for path in sorted(story.rglob("*.jsonl")):
            target = past.folder / str(number) / path.relative_to(story)
            target.parent.mkdir(parents=True, exist_ok=True)
            lines = [
                planted(json.loads(line), next(turns))
                for line in path.read_text(encoding="utf-8").splitlines()
            ]
            target.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def raw(past):
    return b"".join(path.read_bytes() for path in past.database.parent.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("part", range(len(SECRETS) if FULL else 8))
def test_no_secret_in_any_text_of_any_line_reaches_the_database(past, part):
    """Each line has a secret, another one in each part, by turns: `make stress` has each secret in each line."""
    turned = SECRETS[part * 13 % len(SECRETS) :] + SECRETS[: part * 13 % len(SECRETS)]
    plant(past, [text for text, _ in turned])
    past.load()
    stored = raw(past)
    spelled = [(secret, json.dumps(secret)[1:-1]) for _, secret in SECRETS]
    assert [both[0] for both in spelled if any(one.encode() in stored for one in both)] == []
    assert b"[redacted:" in stored


def test_what_only_looks_like_a_secret_stays(past):
    plant(past, HARMLESS[:1])
    past.load()
    assert HARMLESS[0].encode() in raw(past)
    assert len(past.rows("SELECT DISTINCT session_id FROM hook_events")) == 13
