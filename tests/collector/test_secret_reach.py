"""How far before its marker a match of a secret's pattern may begin: as far as the pattern says, no less and no more.

What is less lets secrets through that stand behind a long name; what is more tries places where nothing can begin.
"""

import re
import re._constants as kinds
import re._parser as parser

from claudesess_collector.privacy_redact import redact
from claudesess_collector.privacy_secrets import JUDGES, PATTERNS
from tables import each_row

#: Of these less is looked at than the pattern says: the secret itself stands before the marker, or what no number begins with,
#: or a name without a marker, before one that wraps a text.
CUT_SHORT = (
    ("secret", "--secret"),
    ("password", "-stdin"),
    ("service-token", "mda"),
    ("password", "pass pw "),
    ("secret", "secret token _key "),
)
WITH_REACH = [row for row in PATTERNS if row[2] is not None and row[1]]


class Ways:
    """Ways through a pattern up to its first marker: what they end with of one that is begun -> the longest such."""

    def __init__(self, pattern, markers):
        self.markers = markers.lower().split()
        self.begun = {marker[:n] for marker in self.markers for n in range(len(marker))}
        self.furthest = -1  # a marker from where a match begins
        self.without_any = self.behind({"": 0}, parser.parse(pattern))

    def behind(self, ways, tree):
        for kind, value in tree:
            ways = self.behind_one(ways, kind, value)
        return ways

    def behind_one(self, ways, kind, value):
        if kind in (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT):  # take no room
            return ways
        if kind is kinds.SUBPATTERN:
            return self.behind(ways, value[3])
        if kind is kinds.BRANCH:
            return longest(*(self.behind(ways, way) for way in value[1]))
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            return self.behind_repeated(ways, *value)
        letters = {value} if kind is kinds.LITERAL else {0}  # 0: any of many, of which none spells a marker
        if kind is kinds.IN and all(one is kinds.LITERAL for one, _ in value):
            letters = {letter for _, letter in value}
        return longest(*(self.one_further(ways, chr(letter).lower()) for letter in letters))

    def behind_repeated(self, ways, fewest, most, inner):
        done = ways if fewest == 0 else {}
        told = fewest + max(map(len, self.markers)) + 1  # then one time is like another
        for n in range(1, min(most, told) + 1):
            ways = self.behind(ways, inner)
            done = longest(done, ways) if n >= fewest else done
        if most > told:
            widest = (most - told - 1) * inner.getwidth()[1]
            last = {end: length + widest for end, length in ways.items()}
            done = longest(done, self.behind(last, inner))
        return done

    def one_further(self, ways, letter):
        further = {}
        for before, length in ways.items():
            end = before + letter
            met = [marker for marker in self.markers if end.endswith(marker)]
            if met:
                self.furthest = max(self.furthest, length + 1 - len(max(met, key=len)))
                continue
            while end not in self.begun:
                end = end[1:]
            further[end] = max(further.get(end, 0), length + 1)
        return further


def longest(*several):
    found = {}
    for ways in several:
        for end, length in ways.items():
            found[end] = max(found.get(end, 0), length)
    return found


@each_row(
    ("pattern", "markers", "furthest", "may_lack_any"),
    [
        ("ab", "ab", 0, False), ("x?ab", "ab", 1, False), ("x{2,9}ab", "ab", 9, False), ("x{2,99}ab", "ab", 99, False), ("(?:xy?){0,30}ab", "ab", 60, False),
        ("(?:ab|xxcd)", "ab cd", 2, False), ("(?i)xAB", "ab", 1, False), ("[ab]bab", "ab", 2, False), (r"(?<=xx)\bab(?=c)", "ab", 0, False),
        ("x[a-z]b", "ab", -1, True), ("(?:ab)?x", "ab", 0, True), ("aab", "ab", 1, False), ("xa(?:yab)?b", "ab", 3, False),
        ("(?:xa){1,40}b", "ab", 79, False), ("x{0,3}abc", "ab abc", 3, False),
    ],
)  # fmt: skip
def test_the_furthest_marker_of_a_pattern(pattern, markers, furthest, may_lack_any):
    ways = Ways(pattern, markers)
    assert (ways.furthest, bool(ways.without_any)) == (furthest, may_lack_any)


@each_row("row", WITH_REACH)
def test_a_match_may_begin_as_far_before_its_marker_as_its_pattern_says(row):
    kind, markers, reach, pattern, _ = row
    ways = Ways(pattern, markers)
    if any(kind == cut and markers.lower().startswith(begin) for cut, begin in CUT_SHORT):
        assert reach < ways.furthest
    elif ways.without_any:  # any of many letters may spell a marker further on
        assert reach >= ways.furthest
    else:
        assert reach == ways.furthest


@each_row("row", PATTERNS)
def test_the_secret_is_the_group_of_a_pattern_that_has_one(row):
    """Else all of the match is, as where one of several ways says what is."""
    found, group = re.compile(row[3]), row[4]
    if isinstance(group, int):
        assert group == (1 if found.groups == 1 else 0)
    else:
        assert group in JUDGES and "value" in found.groupindex


@each_row(
    "command",
    ["tool --postgres-password {}", "tool --abcdefgh-passphrase {}", "tool --production-access-token {}", "tool --abcdefghijkl-oauth2-bearer {}",
     r"net use z: \\server\share\with\a\rather\long\path\to\some\folder\of\the\team\that\works\on\it /user:bob {}"],
)  # fmt: skip
def test_a_secret_behind_a_long_name_is_no_less_one(command):
    assert "Xk9dkekWE" not in redact(command.format("Xk9dkekWE"))
