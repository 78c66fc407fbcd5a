"""Find all that gives secrets away in one pass over a text, where hooks look for one after the other."""

from __future__ import annotations

from collections.abc import Callable

from ahocorasick_rs import AhoCorasick, Implementation


def search(markers: list[str]) -> Callable[[str], dict[str, list[int]]]:
    """Return a function that says where in a text which markers are.

    Parameters
    ----------
    markers
        What is looked for.

    Examples
    --------
    >>> search(["key", "key-"])("a key-key")
    {'key': [2, 6], 'key-': [2]}
    """
    automaton = AhoCorasick(markers, implementation=Implementation.DFA)

    def found(text: str) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        # Half a character, which a library cannot read, becomes another one.
        whole = text if text.isascii() else text.encode("utf-8", "replace").decode()
        for number, start, _ in automaton.find_matches_as_indexes(whole, overlapping=True):
            places.setdefault(markers[number], []).append(start)
        return places

    return found
