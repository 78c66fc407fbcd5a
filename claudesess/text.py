"""Numbers for people, what is not known as a question mark; texts of others, made harmless."""

import itertools
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

#: Control characters, those that turn text around or are not seen, half characters, and what no XML may hold.
_UNFIT = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"
)
TOOLS_OR_PERMISSION = "tools or permission"
"""What the time of an imported call is: transcripts do not tell a tool at work from a wait for leave."""

AGENT_STATUSES = {"aborted_stale": "given up"}
"""What people call how an agent ended, where a database has a word of its own for it."""

_NOT_PLAIN = re.compile(f"[\t\n{_UNFIT}]")
_LABEL = re.compile(r" *(?:[0-9]+\.|-|[A-Z][a-z]*[:?] ) *")
_WITH_UNIT = re.compile(r"(?<=\d) (?=%|(?:s|min|h|points)\b)|(?<=\d min) (?=\d)")
_CODE = re.compile("`([^`]+)`")
_PARTS = re.compile(r"[^/\\]*[/\\]|[^/\\]+$")  # folders with their slash, and what is in the last
_NOT_PLAIN_LINES = re.compile(f"[{_UNFIT}]")


def plain(text: str) -> str:
    r"""Return a text of others as one line in which nothing does anything to a terminal or a page.

    Examples
    --------
    >>> plain("a\x1b]52;c;QQ==\x07\nb")
    'a�]52;c;QQ==��b'
    """
    return text if text.isascii() and text.isprintable() else _NOT_PLAIN.sub("\ufffd", text)


def plain_lines(text: str) -> str:
    """Return a text of others as `plain` does, with its lines and tabs."""
    return text if text.isascii() and text.isprintable() else _NOT_PLAIN_LINES.sub("\ufffd", text)


def stated(value: object, missing: str = "not known") -> str:
    """Return a value of a row as text, or what stands for one that is missing.

    Examples
    --------
    >>> stated("auto"), stated(None), stated(float("nan"), "")
    ('auto', 'not known', '')
    """
    import pandas as pd  # most who clean a text ask for no value

    return missing if pd.isna(value) else str(value)  # type: ignore[call-overload]


def ascii_json(written: str) -> str:
    r"""Return JSON that is ASCII already without the one control character that its writers leave.

    Examples
    --------
    >>> ascii_json('{"a": "\x7f"}')
    '{"a": "\\u007f"}'
    """
    return written.replace("\x7f", "\\u007f")


def clock(seconds: float) -> str:
    """Print a length of time, as precisely as people read it.

    Examples
    --------
    >>> clock(4.25), clock(185), clock(300), clock(1560), clock(9000), clock(7200), clock(float("nan"))
    ('4.2 s', '3 min 05 s', '5 min', '26 min', '2.5 h', '2 h', '?')
    """
    if _is_unknown(seconds):
        return "?"
    if seconds < 59.5:
        return f"{seconds:.2g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10:
        return f"{minutes} min {rest:02} s" if rest else f"{minutes} min"
    if seconds < 3570:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if round(seconds) % 3600 else f"{round(seconds) // 3600} h"


def number(value: float) -> str:
    """Print a number of any size, to two decimals at most.

    Examples
    --------
    >>> number(0.1234), number(7), number(20.24), number(1234.5), number(-8.6), number(float("nan"))
    ('0.12', '7', '20.2', '1,234', '−8.6', '?')
    """
    if _is_unknown(value):
        return "?"
    if value < 0:
        return f"−{number(-value)}"
    if value >= 99.5:
        return f"{value:,.0f}"
    return f"{value:.{1 if value >= 9.995 else 2}f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Print a share (0–1) in percent; a small one is not printed as none, nor one near 1 as all.

    Examples
    --------
    >>> percent(0.4321), percent(0.054), percent(0.0002), percent(0), percent(1)
    ('43 %', '5.4 %', '< 0.1 %', '0 %', '100 %')
    >>> percent(0.994), percent(0.9963), percent(0.9997)
    ('99 %', '99.6 %', '> 99.9 %')
    """
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    is_near_an_end = 0 < share < 0.0995 or 0.995 <= share < 1
    return f"{share * 100:.{1 if is_near_an_end else 0}f} %"


def below_zero(value: float, form: Callable[[float], str]) -> str:
    """Print a number that may be below zero by what prints those that are not.

    Examples
    --------
    >>> below_zero(-185, clock), below_zero(0.25, percent)
    ('−3 min 05 s', '25 %')
    """
    return f"−{form(-value)}" if value < 0 else form(value)


def signed(value: float, form: Callable[[float], str] = number) -> str:
    """Print a difference with its sign.

    Examples
    --------
    >>> signed(2.5), signed(-185, clock), signed(-0.001), signed(float("nan"))
    ('+2.5', '−3 min 05 s', '0', '?')
    """
    if _is_unknown(value):
        return "?"
    size = form(abs(value))
    return size if size == form(0) else f"{'−' if value < 0 else '+'}{size}"


def points(share: float) -> str:
    """Print a difference of shares (0–1) in percentage points, as exactly as `percent` prints shares.

    Examples
    --------
    >>> points(-0.0348), points(0.004), points(0.131), points(0.09996), points(0)
    ('−3.5', '+0.4', '+13', '+10', '0')
    """
    return signed(round(100 * share, 1), lambda size: f"{size:.{1 if 0 < size < 10 else 0}f}")


def limits(low: float, high: float, form: Callable[[float], str]) -> str:
    """Print an interval, or what is known of it.

    Examples
    --------
    >>> limits(1, 2.5, number), limits(1, float("nan"), number), limits(float("nan"), float("nan"), number)
    ('1–2.5', '1 or more', 'no limits')
    >>> limits(-7, 2, number), limits(0, 2, signed)
    ('−7 to 2', '0 to +2')
    """
    if _is_unknown(low):
        return "no limits" if _is_unknown(high) else f"{form(high)} or less"
    if _is_unknown(high):
        return f"{form(low)} or more"
    is_signed = any(form(one)[:1] in "+−" for one in (low, high))
    return f"{form(low)}{' to ' if is_signed else '–'}{form(high)}"


def calls(n: int, n_failed: int, n_refused: int) -> str:
    """Count calls: how many of them failed, and how many others never ran.

    Examples
    --------
    >>> calls(243, 6, 8), calls(1, 0, 0)
    ('243 calls, 6 failed, 8 more refused', '1 call')
    """
    failed = f", {n_failed:,} failed" if n_failed else ""
    return f"{count(n, 'call')}{failed}{f', {n_refused:,} more refused' if n_refused else ''}"


def near(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Return the names that somebody may have meant, the nearest first; `b` may be meant by `a.b`.

    Examples
    --------
    >>> near("sesions", ["sessions", "tool_calls"]), near("recuring", ["checks.recurring", "files.hot"])
    (['sessions'], ['checks.recurring'])
    """
    from difflib import get_close_matches

    spelt = {word.lower(): one for one in names for word in (one, one.rpartition(".")[2])}
    found = get_close_matches(name.lower(), spelt, n=2 * most)
    return list(dict.fromkeys(spelt[word] for word in found))[:most]


def any_of(words: Sequence[str]) -> str:
    """List words of which one is meant.

    Examples
    --------
    >>> any_of(["a"]), any_of(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def count(n: int, noun: str) -> str:
    """Print a number of things.

    Examples
    --------
    >>> count(1, "agent"), count(0, "agent")
    ('1 agent', '0 agents')
    """
    return f"{n:,} {named(n, noun)}"


def named(n: float, one: str, many: str = "") -> str:
    """Return what so many things are called.

    Examples
    --------
    >>> named(1, "agent"), named(2, "agent"), named(0, "try", "tries")
    ('agent', 'agents', 'tries')
    """
    return one if n == 1 else many or f"{one}s"


def singular(many: str, n_words: int = 0) -> str:
    """Return what one of things is called; of several words so many are plurals, all for 0.

    Examples
    --------
    >>> singular("calls"), singular("tries"), singular("stretches"), singular("aims and sessions")
    ('call', 'try', 'stretch', 'aim and session')
    """
    return re.sub(r"(?:(i)e|(?<=ch)e)?s\b", lambda end: "y" if end[1] else "", many, count=n_words)


def things(n: float, many: str) -> str:
    """Print a number of things that are named by several words, of which the first plural is theirs.

    Examples
    --------
    >>> things(1, "first failures of checks"), things(1200, "reads after a compaction"), things(0, "")
    ('1 first failure of checks', '1,200 reads after a compaction', '0')
    """
    return f"{n:,.0f} {singular(many, 1) if n == 1 else many}".rstrip()


def count_of(value: float, noun: str) -> str:
    """Print an amount of things that need not be whole.

    Examples
    --------
    >>> count_of(1.0, "call"), count_of(2.5, "call")
    ('1 call', '2.5 calls')
    """
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


def code(words: str, most: int = 80) -> str:
    """Mark a command or a path as code, on one line: in backticks, with none inside.

    Examples
    --------
    >>> code("pytest -q"), code("echo `date` > now.txt", 12)
    ('`pytest -q`', "`echo 'date'…`")
    """
    return f"`{shortened(words.replace('`', chr(39)), most)}`"


def coded(words: str, mark: Callable[[str], str], plain: Callable[[str], str] = str) -> str:
    """Return words with their code marked otherwise than by backticks.

    Parameters
    ----------
    words
        As `code` and sentences have them.
    mark, plain
        What becomes of code, and of all else.

    Examples
    --------
    >>> coded("run `a` first; it's 5` long", lambda code: f"<code>{code}</code>")
    "run <code>a</code> first; it's 5` long"
    """
    parts = _CODE.split(words)
    return "".join(mark(part) if place % 2 else plain(part) for place, part in enumerate(parts))


def shortened(words: str, most: int) -> str:
    r"""Cut a text to one line of so many characters.

    Examples
    --------
    >>> shortened("pytest -q\n tests", 30), shortened("pytest -q tests/test_a.py", 12)
    ('pytest -q tests', 'pytest -q t…')
    """
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def tail(path: str, most: int) -> str:
    """Cut the beginning of a path: what is left begins with a folder's name, where there is room for one.

    Examples
    --------
    >>> tail("src/app.py", 20), tail("/home/dev/shop/src/orders/app.py", 20), tail("a" * 30, 12)
    ('src/app.py', '…/src/orders/app.py', '…aaaaaaaaaaa')
    """
    if len(path) <= most:
        return path
    left = path[1 - most :]
    _, slash, whole = left.partition("/")
    return f"…/{whole}" if slash and whole else f"…{left}"


def at_home(path: str, home: str | None = None) -> str:
    """Say a path below the user's home as shells do.

    Examples
    --------
    >>> [at_home(path, "/home/me") for path in ("/home/me/shop/a.py", "/home/mei/a.py", "/home/me")]
    ['~/shop/a.py', '/home/mei/a.py', '~']
    """
    folder = str(Path.home()) if home is None else home
    rest = path.removeprefix(folder)
    return f"~{rest}" if len(rest) < len(path) and rest[:1] in ("", "/", "\\") else path


def below(paths: Iterable[str], folders: Iterable[str], most: int) -> dict[str, str]:
    """Name files by where they lie in one of some folders; those in none by what tells them apart.

    In which of several folders they lie is said by its name.

    Examples
    --------
    >>> below(["/a/shop/src/app.py", "/tmp/x.py"], ["/a/shop"], 30)
    {'/a/shop/src/app.py': 'src/app.py', '/tmp/x.py': '/tmp/x.py'}
    >>> list(below(["/a/shop/app.py", "/a/api/app.py"], ["/a/shop", "/a/api", "/a"], 30).values())
    ['shop/app.py', 'api/app.py']
    """
    inside = {}
    for path in dict.fromkeys(paths):
        own = [one.rstrip("/\\") for one in folders if path.startswith((f"{one}/", f"{one}\\"))]
        inside[path] = max(own, key=len, default="")
    used = set(filter(None, inside.values()))
    names = {}
    for path, folder in inside.items():
        if folder:
            last = 0 if len(used) == 1 else len(_PARTS.findall(folder)[-1]) + 1
            names[path] = path[len(folder) + 1 - last :]
    rest = [path for path, folder in inside.items() if not folder]
    return names | {path: at_home(name) for path, name in apart(rest, most).items()}


def apart(paths: Iterable[str], most: int) -> dict[str, str]:
    """Name paths by what tells them apart: without the folder that holds them all, each by its end.

    Examples
    --------
    >>> apart(["/home/dev/shop/src/app.py", "/home/dev/shop/tests/test_app.py"], 30)
    {'/home/dev/shop/src/app.py': 'src/app.py', '/home/dev/shop/tests/test_app.py': 'tests/test_app.py'}
    >>> list(apart(["/shop/one/very/deep/app.py", "/shop/two/very/deep/app.py", "/shop/app.py"], 16).values())
    ['one…/deep/app.py', 'two…/deep/app.py', 'app.py']
    >>> list(apart(["/home/dev/shop", "/srv/api"], 30).values())
    ['/home/dev/shop', '/srv/api']
    """
    every = list(dict.fromkeys(paths))
    own = {path: "".join(parts) for path, parts in _below_shared(every).items()}
    by_end: dict[str, list[str]] = {}
    for path, rest in own.items():
        by_end.setdefault(tail(rest, most), []).append(path)
    names: dict[str, str] = {}
    for end, alike in by_end.items():
        if len(alike) == 1:
            names[alike[0]] = end
        else:  # of those that end alike the first folder that they do not share, too
            first = {path: parts[0].rstrip("/\\") for path, parts in _below_shared(alike).items()}
            names |= {path: f"{first[path]}{tail(own[path], most - len(first[path]))}" for path in alike}
    return names if len(set(names.values())) == len(names) else own


def _below_shared(paths: list[str]) -> dict[str, list[str]]:
    """Return the parts of each path below the folder that holds them all; of one path alone all parts."""
    parts = {path: _PARTS.findall(path) for path in paths}
    folders = [every[:-1] for every in parts.values()]
    if len(folders) < 2:
        return parts
    both = zip(min(folders), max(folders), strict=False)
    n_shared = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], both)))
    if n_shared == 1 and min(folders)[0] in ("/", "\\"):
        n_shared = 0  # they share nothing but that they are whole paths
    return {path: every[n_shared:] for path, every in parts.items()}


def quoted(words: str) -> str:
    """Return words with their code in quotation marks, for where nothing can be set as code.

    Examples
    --------
    >>> quoted("run `pytest -q` first")
    'run “pytest -q” first'
    """
    return coded(words, lambda code: f"“{code}”")


def wrapped(line: str, width: int, further: int | None = None) -> list[str]:
    """Break a line that is printed, but not between a number and its unit.

    Further lines begin where its words do, behind its number or label, or so many columns further in.

    Examples
    --------
    >>> wrapped("1. one two three", 9)
    ['1. one', '   two', '   three']
    >>> wrapped("   Next:  Add a line.", 20)
    ['   Next:  Add a', '          line.']
    >>> wrapped("Half of it took 1 min 15 s.", 24, 4)
    ['Half of it took', '    1 min 15 s.']
    """
    if further is None:
        begin = _LABEL.match(line)
        further = begin.end() if begin else len(line) - len(line.lstrip())
    bound = _WITH_UNIT.sub("\u00a0", line)
    parts = textwrap.wrap(
        bound, width, subsequent_indent=" " * further, break_long_words=False, break_on_hyphens=False
    )
    return [part.replace("\u00a0", " ") for part in parts]


def _is_unknown(value: float) -> bool:
    import pandas as pd  # most who clean a text print no number

    return bool(pd.isna(value))
