"""Prompts that had to wait while a turn went on."""

from __future__ import annotations

from typing import Any

from claudesess.history.lines import text_of


class Waiting:
    """The client's queue, as its lines tell of it; their order differs between versions."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def operation(self, line: dict[str, Any]) -> str | None:
        """Follow a line of the queue; return the prompt that was taken in without a line of its own."""
        content = line.get("content")
        if line.get("operation") == "enqueue":
            if isinstance(content, str):
                self._texts.append(content)
            return None
        text = content if isinstance(content, str) else (self._texts[-1] if self._texts else None)
        self.taken(text)
        is_taken_in = line.get("operation") == "remove" and line.get("reason") in (None, "absorbed_mid_turn")
        return text if is_taken_in else None

    def attachment(self, line: dict[str, Any]) -> str | None:
        """Return the prompt that an attachment brings in, where no line of the queue told of it."""
        attachment = line.get("attachment")
        if not isinstance(attachment, dict) or attachment.get("type") != "queued_command":
            return None
        text = text_of(attachment.get("prompt"))
        return text if self.taken(text) else None

    def taken(self, text: str | None) -> bool:
        """Take a prompt out; say whether it was there."""
        if text is None or text not in self._texts:
            return False
        self._texts.remove(text)
        return True
