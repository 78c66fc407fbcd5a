"""Put one thing into a JSON text, or take one out, and leave every other character where it was."""

from __future__ import annotations

import json
import re
from typing import Any

from claudesess.install.jsonc import Item, Node, comments_of, last_thing

_INDENT = "  "
_SPACE = " \t\r\n"


def insert(text: str, container: Node, value: Any, key: str | None = None) -> str:
    """Return `text` with a member (or, without a key, an element) added at the end of a container.

    It is written like its neighbours: on lines of its own where they are, else on the same line.
    """
    last = container.items[-1] if container.items else None
    closing = container.end - 1
    start = container.start + 1 if last is None else (last.node.end if last.comma is None else last.comma + 1)
    at = last_thing(text, start, closing)
    newline = "\r\n" if "\r\n" in text else "\n"
    if last is not None and not re.search(r"[\r\n]", text[container.start : closing]):
        body = _dumped(value, key, None, "", newline)
        return _spliced(text, last, at, f" {body}")
    unit = _unit(text)
    outer = _line_indent(text, container.start)
    indent = _line_indent(text, last.start) if last is not None else outer + unit
    if indent == outer:  # the first neighbour stands on the bracket's line
        indent = outer + unit
    body = newline + indent + _dumped(value, key, unit, indent, newline)
    if last is not None:
        return _spliced(text, last, at, body)
    return f"{text[:at]}{body}{newline}{outer}{text[closing:]}"


def remove(text: str, container: Node, item: Item) -> str:
    """Return `text` without an item, its comma and the white space before it; comments stay.

    Of a container that held nothing else, only the brackets are left.
    """
    at = container.items.index(item)
    comma = container.items[at - 1].comma if at > 0 else None
    head = text[: container.start + 1] if comma is None else text[: comma + 1]
    between = text[len(head) : item.start]
    if item.comma is not None:
        tail = _comments(text[item.node.end : item.comma]) + text[item.comma + 1 :]
    else:
        tail = text[item.node.end :]
        if comma is not None:
            head = head[:-1]
    kept = between.rstrip(_SPACE)
    if len(container.items) == 1 and not kept and tail.lstrip(_SPACE)[:1] in ("]", "}"):
        return head + tail.lstrip(_SPACE)
    comments = comments_of(between)
    if comments and comments[-1].startswith("//") and tail.lstrip(" \t")[:1] not in ("\r", "\n"):
        kept = between  # what follows must not become part of the comment
    return head + kept + tail


def _comments(between: str) -> str:
    """Return white space and comments, or nothing where there are no comments."""
    return between if between.strip(_SPACE) else ""


def _spliced(text: str, last: Item, at: int, body: str) -> str:
    """Add `body` at `at`, behind the last item and what comments it; a trailing comma stays one."""
    if last.comma is not None:
        return f"{text[:at]}{body},{text[at:]}"
    return f"{text[: last.node.end]},{text[last.node.end : at]}{body}{text[at:]}"


def _dumped(value: Any, key: str | None, unit: str | None, indent: str, newline: str) -> str:
    dumped = json.dumps(value, indent=unit, ensure_ascii=False)
    named = dumped if key is None else f"{json.dumps(key, ensure_ascii=False)}: {dumped}"
    return named.replace("\n", newline + indent)


def _unit(text: str) -> str:
    """Return the indentation that the text uses: that of its first indented line."""
    match = re.search(r"^([ \t]+)[^\s/*]", text, re.MULTILINE)
    return match.group(1) if match else _INDENT


def _line_indent(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]
