"""Prompts that had to wait while a turn went on."""

from __future__ import annotations

from typing import Any

from claudesess.transcripts.lines import text_of


class PromptQueue:
    """The client's queue, as its lines tell of it; their order differs between versions.

    A prompt that was taken in during a turn has no line of its own: a line of the queue tells of it, or an
    attachment, or both, one after the other.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._by_queue: list[str] = []
        self._by_attachment: list[str] = []

    def operation(self, line: dict[str, Any]) -> str | None:
        """Follow a line of the queue; return the prompt that was taken in, if nothing told of it yet."""
        content = line.get("content")
        if line.get("operation") == "enqueue":
            if isinstance(content, str):
                self._texts.append(content)
            return None
        text = content if isinstance(content, str) else (self._texts[-1] if self._texts else None)
        self.taken(text)
        is_taken_in = line.get("operation") == "remove" and line.get("reason") in (None, "absorbed_mid_turn")
        if not is_taken_in or not text or _take(self._by_attachment, text):
            return None
        self._by_queue.append(text)
        return text

    def attachment(self, line: dict[str, Any]) -> str | None:
        """Return the prompt that an attachment brings in, if nothing told of it yet."""
        attachment = line.get("attachment")
        if not isinstance(attachment, dict) or attachment.get("type") != "queued_command":
            return None
        text = text_of(attachment.get("prompt"))
        self.taken(text)
        if not text or _take(self._by_queue, text):
            return None
        self._by_attachment.append(text)
        return text

    def taken(self, text: str | None) -> None:
        """Take a prompt out, if it waits."""
        _take(self._texts, text)


def _take(texts: list[str], text: str | None) -> bool:
    if text not in texts:
        return False
    texts.remove(text)
    return True
