"""Run one session of the client and the scripted model beside it, in a network namespace that holds loopback only.

    unshare -n python loopback.py python drive.py SESSION.json

The client gets an environment built from nothing. What it printed, how it exited and what it asked the model are
left in the session's folder.
"""

import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from model import Model
from stories import RUNNING, story

_PATIENCE_S = 60


def main(session: dict[str, Any]) -> None:
    """Play the story to its end."""
    out = Path(session["out"])
    tale = story(session["story"], session["project"])
    model = Model(tale.script, out / "requests.jsonl")
    with (out / "stderr.txt").open("wb") as errors:
        client = subprocess.Popen(
            session["command"],
            cwd=session["project"],
            env={**session["environment"], "ANTHROPIC_BASE_URL": model.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            conversation = Conversation(client, model, out / "stream.jsonl")
            for prompt in tale.prompts:
                conversation.say(prompt)
                if not tale.is_killed:
                    conversation.wait_for_rest()
            if tale.is_killed:
                wait_until(lambda: model.holds and Path(session["project"], RUNNING).exists())
                client.kill()
            client.stdin.close()
            status = client.wait(timeout=_PATIENCE_S)
        finally:
            client.kill()
    (out / "status.json").write_text(json.dumps(status))


def wait_until(is_so: Any) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("the session did not come to the point where it is to be killed")
        time.sleep(0.05)


class Conversation:
    """The client's standard input and output, one JSON object a line."""

    def __init__(self, client: "subprocess.Popen[bytes]", model: Model, copy: Path) -> None:
        self._client = client
        self._model = model
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._launched: set[str] = set()
        threading.Thread(target=self._read, args=(copy,), daemon=True).start()

    def _read(self, copy: Path) -> None:
        with copy.open("wb", buffering=0) as file:
            for line in self._client.stdout:
                file.write(line)
                self._said.put(json.loads(line))
        self._said.put(None)

    def say(self, prompt: str) -> None:
        """Type a prompt."""
        self._model.begin_turn()
        line = {"type": "user", "message": {"role": "user", "content": prompt}}
        self._client.stdin.write(json.dumps(line).encode() + b"\n")
        self._client.stdin.flush()

    def wait_for_rest(self) -> None:
        """Wait for the end of a turn after which no agent is running that the main thread has not heard of."""
        while True:
            line = self._said.get(timeout=_PATIENCE_S)
            if line is None:
                raise EOFError("the client ended early")
            if line.get("subtype") == "task_started" and line.get("spawn_depth") == 1:
                self._launched.add(line["task_id"])
            if line["type"] == "result" and self._launched <= self._model.reported:
                return


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
