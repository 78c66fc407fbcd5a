"""Our entries in the text of a settings file: find them, add them, take them out again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from claudesess.install import edits, jsonc
from claudesess.install.registration import EVENTS, Registration, is_by_hand, of_handler

_BYTE_ORDER_MARK = "\ufeff"
_FRESH = "{}\n"


class UnknownShapeError(ValueError):
    """The settings are not what the client documents; the message is a clause: `"hooks" is a list`."""


@dataclass(frozen=True)
class Entry:
    """One handler of ours in a `hooks` object."""

    event: str
    registration: Registration
    handler: dict[str, Any]


def found(hooks: object) -> list[Entry]:
    """Return our handlers in a `hooks` object, of whatever shape it is otherwise."""
    entries = []
    for event, handler in handlers(hooks):
        registration = of_handler(handler)
        if registration is not None and isinstance(handler, dict):
            entries.append(Entry(event, registration, handler))
    return entries


def handlers(hooks: object) -> Iterator[tuple[str, object]]:
    """Yield every handler of a `hooks` object with its event."""
    for event, groups in (hooks if isinstance(hooks, dict) else {}).items():
        for group in groups if isinstance(groups, list) else []:
            listed = group.get("hooks") if isinstance(group, dict) else None
            for handler in listed if isinstance(listed, list) else []:
                yield event, handler


def added(text: str, registration: Registration) -> str:
    """Return the text of a settings file with an entry for every event.

    Raises
    ------
    UnknownShapeError
        The settings, or their hooks, are of no shape that the client documents; or the collector is
        registered by hand, in another way than this one.
    """
    mark, body = _split(text)
    body = body if body.strip() else _FRESH
    root = _parsed(body).root
    _require_shape(root)
    if root.member("hooks") is None:
        return mark + edits.insert(body, root, registration.hooks(), "hooks")
    for event, groups in registration.hooks().items():
        hooks = _parsed(body).root.member("hooks")
        assert hooks is not None
        listed = hooks.member(event)
        if listed is None:
            body = edits.insert(body, hooks, groups, event)
        else:
            body = edits.insert(body, listed, groups[0])
    return mark + body


def removed(text: str) -> str:
    """Return the text of a settings file without our entries, and without what only held them.

    Raises
    ------
    UnknownShapeError
        The text is no JSON object.
    """
    mark, body = _split(text)
    if not body.strip():
        return text
    shorter = _without_one(body)
    while shorter is not None:
        body, shorter = shorter, _without_one(shorter)
    return mark + body


def settings_of(text: str) -> dict[str, Any]:
    """Return what a settings file says; an empty one says nothing.

    Raises
    ------
    UnknownShapeError
        The text is no JSON object.
    """
    body = _split(text)[1]
    settings: dict[str, Any] = _parsed(body).root.value if body.strip() else {}
    return settings


def is_strict(text: str) -> bool:
    """Say whether the client reads the text: it takes neither comments nor trailing commas."""
    body = _split(text)[1]
    return not body.strip() or jsonc.is_strict(body)


def _split(text: str) -> tuple[str, str]:
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    return mark, text[len(mark) :]


def _parsed(body: str) -> jsonc.Document:
    try:
        document = jsonc.parse(body)
    except jsonc.JsoncError as error:
        raise UnknownShapeError(f"is no JSON ({error})") from None
    if not isinstance(document.root.value, dict):
        raise UnknownShapeError("holds no JSON object")
    return document


def _require_shape(root: jsonc.Node) -> None:
    """Refuse what is not documented: an edit would rest on a guess."""
    _check_keys(root, "it")
    hooks = root.member("hooks")
    if hooks is None:
        return
    if not isinstance(hooks.value, dict):
        raise UnknownShapeError('has "hooks" that are no object')
    _check_keys(hooks, '"hooks"')
    for event in EVENTS:
        groups = hooks.value.get(event, [])
        if not isinstance(groups, list):
            raise UnknownShapeError(f'has "hooks" whose "{event}" is no list')
        if not all(isinstance(group, dict) and isinstance(group.get("hooks"), list) for group in groups):
            raise UnknownShapeError(f'has a "{event}" that lists something else than groups of hooks')
    by_hand = [event for event, handler in handlers(hooks.value) if is_by_hand(handler)]
    if by_hand:
        raise UnknownShapeError(f"registers the collector by hand already ({', '.join(by_hand)})")


def _check_keys(node: jsonc.Node, name: str) -> None:
    keys = [item.key for item in node.items]
    twice = sorted({str(key) for key in keys if keys.count(key) > 1})
    if twice:
        raise UnknownShapeError(f"is ambiguous: {name} holds {', '.join(twice)} twice")


def _without_one(body: str) -> str | None:
    """Return the text without an entry of ours and what only held it, or None when there is none."""
    document = _parsed(body)
    chain = next(_chains(document.root), None)
    if chain is None:
        return None
    (container, item), *outer = reversed(chain)
    for around, holder in outer:
        # What our entry leaves empty goes too, but never a comment: somebody wrote it.
        if len(container.items) > 1 or document.has_comment(holder):
            break
        container, item = around, holder
    return edits.remove(body, container, item)


def _chains(root: jsonc.Node) -> Iterator[list[tuple[jsonc.Node, jsonc.Item]]]:
    """Yield, for each handler of ours, the containers and items that lead to it from the root.

    A group without a handler does nothing: its list is passed over, so that the group goes as one.
    """
    for top in root.items:
        if top.key != "hooks" or not isinstance(top.node.value, dict):
            continue
        for event in top.node.items:
            for group in event.node.items if isinstance(event.node.value, list) else []:
                listed = group.node.member("hooks") if isinstance(group.node.value, dict) else None
                if listed is None or not isinstance(listed.value, list):
                    continue
                for handler in listed.items:
                    if of_handler(handler.node.value) is not None:
                        yield [(root, top), (top.node, event), (event.node, group), (listed, handler)]
