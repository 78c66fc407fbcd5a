"""JSON with comments and trailing commas, read with the place of everything, for editing its text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

#: A settings file that is nested deeper than this is none.
MAX_DEPTH = 100
_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"[-+.\w]+")


class JsoncError(ValueError):
    """A text that is no JSON, comments and trailing commas allowed; the message says in which line."""


@dataclass
class Node:
    """A value and where it stands.

    Attributes
    ----------
    start, end
        Its place in the text; for an object or a list with both brackets.
    value
        The value as Python sees it.
    items
        What an object or a list holds, in the order of the text.
    """

    start: int
    end: int
    value: Any
    items: list[Item] = field(default_factory=list)

    def member(self, key: str) -> Node | None:
        """Return the value of an object's key."""
        return next((item.node for item in self.items if item.key == key), None)


@dataclass
class Item:
    """A member of an object, or an element of a list.

    Attributes
    ----------
    start
        Where it begins: an object's at its key.
    key
        Its key; None in a list.
    node
        Its value.
    comma
        The place of the comma that follows it, if one does.
    """

    start: int
    key: str | None
    node: Node
    comma: int | None = None


@dataclass
class Document:
    """A text that holds one value, and where its comments begin."""

    root: Node
    comments: set[int]

    def has_comment(self, item: Item) -> bool:
        """Say whether a comment stands inside an item."""
        return any(item.start <= at < item.node.end for at in self.comments)


def parse(text: str) -> Document:
    """Read a text that holds one value.

    Raises
    ------
    JsoncError
        It is not JSON even when comments and trailing commas are allowed, or nested too deeply.
    """
    reader = _Reader(text)
    start = reader.skip(0)
    node = reader.value(start, 0)
    end = reader.skip(node.end)
    if end != len(text):
        raise reader.error(end, "something follows the end")
    return Document(node, reader.comments)


def last_thing(text: str, start: int, end: int) -> int:
    """Return where the last thing that is not white space, comments included, ends in `text[start:end]`."""
    return start + len(text[start:end].rstrip(" \t\r\n"))


def comments_of(between: str) -> list[str]:
    """Return the comments of a stretch of text that holds nothing but comments and white space."""
    return _COMMENT.findall(between)


def is_strict(text: str) -> bool:
    """Say whether a text is plain JSON, without comments and trailing commas."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: set[int] = set()

    def error(self, at: int, problem: str) -> JsoncError:
        return JsoncError(f"line {self.text.count(chr(10), 0, at) + 1}: {problem}")

    def skip(self, at: int) -> int:
        """Return the place of the next thing that is neither white space nor a comment."""
        while True:
            at = _SPACE.match(self.text, at).end()  # type: ignore[union-attr]
            comment = _COMMENT.match(self.text, at)
            if comment is None:
                return at
            self.comments.add(at)
            at = comment.end()

    def value(self, at: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.error(at, "nested too deeply")
        opening = self.text[at : at + 1]
        if opening == "{":
            return self.container(at, "}", depth)
        if opening == "[":
            return self.container(at, "]", depth)
        match = _STRING.match(self.text, at) if opening == '"' else _WORD.match(self.text, at)
        if match is None:
            raise self.error(at, "a value is missing")
        return Node(at, match.end(), self.decoded(at, match.group()))

    def decoded(self, at: int, token: str) -> Any:
        try:
            return json.loads(token)
        except ValueError:
            raise self.error(at, f"{token[:20]} is no JSON") from None

    def container(self, start: int, closing: str, depth: int) -> Node:
        items: list[Item] = []
        at = self.skip(start + 1)
        while self.text[at : at + 1] != closing:
            if items and items[-1].comma is None:
                raise self.error(at, "a comma or the closing bracket is missing")
            item = self.item(at, closing, depth)
            items.append(item)
            at = self.skip(item.node.end)
            if self.text[at : at + 1] == ",":
                item.comma = at
                at = self.skip(at + 1)
        values = [item.node.value for item in items]
        value: Any = values
        if closing == "}":
            value = dict(zip([item.key for item in items], values, strict=True))
        return Node(start, at + 1, value, items)

    def item(self, at: int, closing: str, depth: int) -> Item:
        if closing == "]":
            return Item(at, None, self.value(at, depth + 1))
        match = _STRING.match(self.text, at)
        if match is None:
            raise self.error(at, "a key in double quotes is missing")
        colon = self.skip(match.end())
        if self.text[colon : colon + 1] != ":":
            raise self.error(colon, "a colon is missing")
        return Item(at, self.decoded(at, match.group()), self.value(self.skip(colon + 1), depth + 1))
