"""Find for each pattern that is tried on outputs the words of which any match holds one; write them down.

    python tests/pattern_words.py

A text without these words holds no match: the pattern need not be tried, nor be compiled. A pattern that is not
written down is tried always, so what is out of date costs time, and nothing else.
"""

from __future__ import annotations

import ast
import re._constants as kinds
import re._parser as parser
import sys
from collections.abc import Iterator
from pathlib import Path

COLLECTOR = Path(__file__).parents[1] / "collector"
sys.path.insert(0, str(COLLECTOR))

from claudesess_collector import (  # noqa: E402
    light_re,
    output_findings,
    output_not_run,
    output_own_tests,
    output_runners,
    output_summaries,
    output_usage,
    output_verdict,
)

WRITTEN = COLLECTOR / "claudesess_collector" / "pattern_words.py"
SHORTEST = 2
HEAD = '''"""Words of which any match of a pattern holds one: made by `python tests/pattern_words.py`, by no hand.

A pattern that is not in here is tried always.
"""

# A pattern's key -> words, in lower case where the pattern ignores it; none: it matches nothing.
WORDS: "dict[str, tuple[str, ...]]" = {
'''


def patterns() -> Iterator[tuple[str, int]]:
    """Yield the patterns that are looked for by their words, each with its flags."""
    for module in (
        output_findings,
        output_not_run,
        output_own_tests,
        output_summaries,
        output_usage,
        output_verdict,
    ):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) in ("matches", "may_be_in"):
                ignores_case = any(getattr(one, "attr", None) == "IGNORECASE" for one in node.args)
                name = getattr(node.args[0], "id", "")
                if name.isupper():
                    yield getattr(module, name), light_re.IGNORECASE * ignores_case
    yield from ((pattern, 0) for _, pattern in output_findings._CATEGORIES)
    yield from ((pattern, 0) for pair in output_runners.RUNNERS.values() for pattern in pair)


def words_of(pattern: str, flags: int = 0) -> set[str] | None:
    """Return words of which any match holds one; None where nothing is known."""
    tree = parser.parse(pattern, flags)
    return _of_all(tree, bool(tree.state.flags & kinds.SRE_FLAG_IGNORECASE))


def _of_all(tree: parser.SubPattern, ignores_case: bool) -> set[str] | None:
    """Return the words of the part that tells most, of parts that stand one behind the other."""
    found: list[set[str]] = []
    run = ""
    for kind, value in [*tree, (kinds.ANY, None)]:
        if kind is kinds.LITERAL:
            run += chr(value).lower() if ignores_case else chr(value)
            continue
        if kind in (kinds.AT, kinds.ASSERT_NOT) and (kind is kinds.AT or len(value[1])):
            continue  # takes no room
        part = _of_one(kind, value, ignores_case)
        found += [one for one in ({run} if run else None, part) if one is not None]
        run = ""
    found = [one for one in found if all(len(word) >= SHORTEST for word in one)]
    return max(found, key=lambda one: (min(map(len, one), default=99), -len(one)), default=None)


def _of_one(kind: object, value: object, ignores_case: bool) -> set[str] | None:
    if kind is kinds.ASSERT_NOT:
        return set()  # `(?!)`: nothing can follow
    if kind is kinds.SUBPATTERN:
        _, switched_on, _, inside = value
        return None if switched_on & kinds.SRE_FLAG_IGNORECASE else _of_all(inside, ignores_case)
    if kind is kinds.BRANCH:
        ways = [_of_all(way, ignores_case) for way in value[1]]
        return None if None in ways else set().union(*ways)
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and value[0] > 0:
        return _of_all(value[2], ignores_case)
    return None


def written() -> str:
    """Return the module's text."""
    lines = {}
    for pattern, flags in patterns():
        found = words_of(pattern, flags)
        if found is not None:
            shown = "".join(f"{word!r}, " for word in sorted(found))
            lines[light_re.key_of(pattern, flags)] = (
                f"({shown[:-1]})" if len(found) == 1 else f"({shown[:-2]})"
            )
    return HEAD + "".join(f'    "{key}": {lines[key]},\n' for key in sorted(lines)) + "}\n"


if __name__ == "__main__":
    WRITTEN.write_text(written(), encoding="utf-8")
