"""Which words tell one failure from another, and whether somebody speaks of trouble. Loaded where chains are open."""

from claudesess_collector import light_re as re
from claudesess_collector.payload import short_hash
from claudesess_collector.privacy_redact import lowered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, Optional

MAX_WORDS = 80
_SHORTEST = 4
#: Words that tell nothing of which failure is meant; the documentation shows this list.
STOP = frozenset(
    "the and for with that this from have has had not was were are but you your can could will would should file files"
    " line lines error errors failed fail fails failure failures failing test tests testing exit code command commands"
    " check checks run runs running output using use used uses into then than when what which where there here been"
    " being they them does done none null true false main project path paths shell bash python python3 node import"
    " module modules function functions class return returns value values string list dict type types name names found"
    " find such directory first last more most some all any each other about after before over under only also just"
    " still need needs needed want make made makes get got set add added new old change changed changes update updated"
    " updates fix fixed fixes work works worked working issue issues problem problems call called calls user users home"
    " message messages result results warning warnings info debug trace traceback stack recent"
    " usage option options help"
    " please see version http https www com org let const var def self print text data item items build lint look"
    " missing case cases multiple claude eval like time times start started stop stopped both approach approaches going"
    " next step steps task tasks agent agents source status hidden".split()
)
_WORD = r"[^\W\d_][\w-]*(?:\.\w+)*"
# What is said of failures alone, and what is said of many other things, too.
_FAILING = (
    r"\b(?:fail\w*|errors?|block(?:ed|er)|refus\w*|reject\w*|pre-?existing|unrelated|skipped|broken|crash\w*|flaky|unable"
    r"|cannot|could not|(?:can|couldn)['’]?t|conflict\w*|still red|(?:not|n['’]t) (?:yet )?pass\w*)\b"
)
_TROUBLE = (
    r"\b(?:issues?|problems?|blocks|blocking|missing|not|can't|couldn't|didn't|doesn't|isn't|won't|wasn't|pending|still"
    r"|remain\w*|red|unresolved|unfixed|wrong|except|known)\b"
)
# What does not go as it should, of whatever is spoken, and what is said where it does now.
_GOES_WRONG = (
    r"\b(?:cannot|until|wrong|missing|broken|unavailable|occupied|expired|denied|manually)\b"
    r"|\bnot\b[^.!?]{0,40}\byet\b"
    r"|(?:\bnot|n['’]t) (?:be )?"
    r"(?:available|installed|possible|allowed|permitted|supported|configured|reach\w*|connect\w*)\b"
)
_GOES_WELL = (
    r"✅|✓|\b(?:now|done|fix(?:ed|es)|solved|resolved|repaired|corrected|works|working|no longer|as intended)\b"
)
_CLAUSES = r"[,;:(–—]|\b(?:and|while|where|when|which|then|once|after|if|before)\b"
_MENDED = (
    r"\b(?:fixed|resolved|mended|corrected)\b (?:[\w`-]+ ){0,4}?(?:fail|error|broken|red|skipped)\w*"
    r"|\b(?:fail(?:ures?|ing)?|errors?)\b (?:[\w`-]+ ){0,4}?(?:fixed|resolved|mended|corrected)\b"
    r"|\bno longer (?:an? )?(?:fail|error|broken)\w*"
)
_LEFT = (
    r"\b(?:still|(?<!fixed the )(?<!resolved the )(?<!fixed all )remain\w*|but|except|however|not"
    r"|cannot|yet|left|though|only|most|some|half|partly|several|must|needs?"
    r"|could|can|should be|to be|open)\b|n['’]t\b"
)
# What sounds like trouble and is none.
_ALL_WELL = (
    r"\b(?:no|0|zero|none|without(?: any)?) (?:\w+ )?"
    r"(?:fail(?:s|ed|ing|ures?)?|errors?|issues?|problems?|warnings?|conflicts?)\b"
    r"|\bto (?:avoid|prevent) (?:[\w`-]+ ){0,2}?(?:fail(?:s|ures?)?|errors?|conflicts?|issues?|problems?|crashes)\b"
    r"|\b(?:error|failure)[ -](?:handl\w+|codes?|cases?|counts?|messages?|modes?|paths?|responses?|states?|types?)"
)
_ADMITS = (
    r"\b(?:(?<!no )(?<!0 )(?<!zero )(?<!without )fail(?:s|ed|ing|ures?)?|blocked|blocker|stuck"
    r"|unable to|couldn'?t|could not"
    r"|can ?not|can't|did(?:n'?t| not) (?:work|succeed|help|pass)"
    r"|do(?:es)?(?:n'?t| not) (?:(?:yet )?(?:work|pass|compile|build)\b|yet exist|exist yet)"
    r"|you(?:'ll| will)? (?:first (?:need|have) to|(?:need|have) to first) "
    r"(?:create|install|log|sign|set|add|grant|configure|enable)"
    r"|you(?:'ll| will)? (?:need|have) to (?:create|install|log|sign|set|add|grant|configure|enable)\b"
    r"[^.!?\n]{0,60}\bfirst\b"
    r"|(?:is|are|was|were) not (?:yet )?(?:done|working|finished|complete|fixed|passing|solved)"
    r"|isn't (?:working|fixed|done)"
    r"|not (?:yet )?(?:done|working|finished|complete|fixed|passing|solved)|left (?:it )?(?:open"
    r"|undone|unfinished|unsolved)"
    r"|still (?:broken|red|open|needs?|errors?|missing|an issue)|unresolved|unsolved|unfinished"
    r"|remaining (?:issue|problem|error)s?"
    r"|gave up|giv(?:e|ing) up|no luck|needs? (?:your|a human|manual)|up to you|your (?:call|decision|help|input)"
    r"|(?:would|could|can|do|shall|should) (?:you|i|we) (?:like|want|please|check|look|decide|prefer"
    r"|take|have|try|go|run|skip|proceed)"
    r"|please (?:check|run|try|let me know|look|decide|install|provide|confirm|advise|restart)"
    r"|let me know|how (?:would|do|should) (?:you|i|we)"
    r"|which (?:one|way|option) )"
)
_QUESTION = r"[?？؟](?:\W|$)"
_ASKS_FOR = r"\b(?:let me know|please (?:provide|share|send|run|check|confirm|set|install|advise))\b"
_TO_MEND = r"\b(?:fail(?:s|ed|ing|ures?)?|errors?|fix|mend|repair|broken|crash\w*|bug|red|why|debug|diagnose)\b"
# How a task begins that is to run something, and what it says where more is asked.
_RUNS = r"\W*(?:please |now |first,? )?(?:re-?)?(?:run|execute)\b"
_FINDS_OUT = (
    r"(?:^|\s)(?:why|investigate|diagnose|debug|root[ -]cause|figure out|find (?:out|the)|look into|explain"
    r"|(?<!not )(?<!n't )(?<!never )(?<!without )(?:fix(?:ing)?|mend|repair|resolve))\b"
)
_QUOTED = r"(?ms)^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)|\Z)"  # output that is shown, not said
_LOOKED_AT, _MOST_SHOWN = 16384, 12  # characters of closing words in which commands are sought, and how many
_FIRST = 4  # sentences that tell what has just happened
_LAST = 400  # characters at the end, in which a last question stands
_WORDS = 12  # words beside a block of code; fewer say nothing without it
_SENTENCES = r"\n+|(?<=[.!?])\s+|(?<=[。！？])"
_REMARK = r"\s*[(（][^()（）\n]{0,80}[)）][\s*_]*$"  # behind a question: what may be answered


def hashes(texts: "Iterable[str]") -> "list[str]":
    """Return hashes of the telling words: what is kept to compare with is no content."""
    return [short_hash(word)[:8] for word in telling(texts)]


def telling(texts: "Iterable[str]") -> "list[str]":
    """Return the words of texts that tell something, each once, in their order; `a.b` is `a`, too."""
    found: "dict[str, None]" = {}
    words = re.compile(_WORD)
    for text in texts:
        for word in words.findall(_without_folders(text)):
            for spelled in (word, word.rsplit(".", 1)[0], *word.split("_")):
                lowered = spelled.lower().strip("-_.")
                if len(lowered) >= _SHORTEST and lowered not in STOP:
                    found[lowered] = None
    return list(found)


def _without_folders(text: str) -> str:
    """Leave out the folders of paths: they stand in many, a path is told from others by its last name."""
    return " ".join([_name_of_path(word) for word in text.split()]) if "/" in text else text


def _name_of_path(word: str) -> str:
    folders, _, last = word.rstrip("/").rpartition("/")
    is_path = folders != word and "://" not in word and ("/" in folders or word[:1] in "/.~@" or "." in last)
    return last if is_path else word


class Spoken:
    """Words that somebody said, in sentences: split once, for all that is looked for in them.

    Attributes
    ----------
    text
        All of them.
    sentences
        Each as it is, and in small letters without what only sounds like trouble.
    """

    __slots__ = ("_elsewhere", "sentences", "text")

    def __init__(self, text: str) -> None:
        all_well = re.compile(_ALL_WELL).sub
        self.text = text
        self.sentences = [(one, all_well(" ", lowered(one))) for one in re.compile(_SENTENCES).split(text)]
        self._elsewhere: "Optional[list[Optional[str]]]" = None

    def elsewhere(self) -> "list[Optional[str]]":
        """Return the same of each sentence that may be of another language than English; of others None."""
        if self._elsewhere is None:
            from claudesess_collector import words_languages

            all_well = re.compile(words_languages.ALL_WELL).sub
            self._elsewhere = [None if one.isascii() else all_well(" ", lowered(one)) for one, _ in self.sentences]
        return self._elsewhere


def troubled(closing: Spoken) -> "list[str]":
    """Return hashes of the telling words of the sentences that hold a word of trouble."""
    return hashes(_sentences(closing, f"{_FAILING}|{_TROUBLE}", ("FAILING", "ERRORS", "TROUBLE")))


def failing(closing: Spoken) -> "list[str]":
    """Return hashes of the telling words of the sentences that tell of failures."""
    return hashes(_sentences(closing, _FAILING, ("FAILING", "ERRORS")))


def to_mend(task: str) -> "list[str]":
    """Return hashes of the telling words of what somebody is told of failures, or of what is to be mended."""
    return hashes(_sentences(Spoken(task), _TO_MEND))


def only_runs(task: str) -> bool:
    """Say whether somebody is told to run something, and not to find out why it fails, nor to mend it."""
    text = lowered(task)
    return re.compile(_RUNS).match(text) is not None and re.compile(_FINDS_OUT).search(text) is None


def prose(closing: str) -> str:
    """Return closing words without the blocks of code and output that they show; a report all in one is said."""
    if "```" not in closing and "~~~" not in closing:
        return closing
    text = re.compile(_QUOTED).sub("\n", closing)
    return text if len(text.split()) >= _WORDS else closing


def shown(closing: str) -> "list[str]":
    """Return the commands that closing words show in blocks of code, without secrets: each line, the last few alone."""
    if "```" not in closing:
        return []
    from claudesess_collector.privacy_redact import clean, redact

    blocks = re.compile(_QUOTED).findall(redact(clean(closing[:_LOOKED_AT])))
    lines = [line.strip().removeprefix("$ ").removeprefix("! ") for block in blocks for line in block.split("\n")]
    return [line for line in lines if " " in line and line[:1] not in "`~#"][-_MOST_SHOWN:]


def admits(closing: Spoken) -> bool:
    """Say whether words say that something failed, is blocked or not done, or ask the user to look or decide."""
    return _ends_asking(closing.text) or bool(_sentences(closing, _ADMITS, ("FAILING", "ASKING")))


def ends_with_a_request(closing: Spoken) -> bool:
    """Say whether the last words ask the user for something: in a question, or to say or to do what they need."""
    last = closing.text[-_LAST:]
    is_asked = re.compile(_QUESTION).search(last.rstrip().rpartition("\n")[2]) is not None
    return is_asked or _ends_asking(closing.text) or re.compile(_ASKS_FOR, re.IGNORECASE).search(last) is not None


def begins_with_trouble(closing: Spoken) -> bool:
    """Say whether words begin with something that does not go: enough where they are the answer to a failure."""
    goes_wrong, goes_well = re.compile(_GOES_WRONG).search, re.compile(_GOES_WELL).search
    first = [plain for one, plain in closing.sentences if one.strip()][:_FIRST]
    return any(goes_wrong(plain) is not None and goes_well(plain) is None for plain in first)


def failing_checks(closing: Spoken) -> "list[str]":
    """Return the categories of checks of which words say that there are failures."""
    is_failing = re.compile(_FAILING).search
    spoken = [plain for _, plain in closing.sentences if is_failing(plain) is not None and not _is_mended(plain)]
    text = _not_passing(spoken, _PASSES, _FAILS)
    found = [category for category, names in _CHECKS.items() if re.compile(rf"\b(?:{names})\b").search(text)]
    if not closing.text.isascii():
        from claudesess_collector import words_languages

        sentences = [lowered(one) for one in _sentences(closing, "(?!)", ("FAILING", "ERRORS"))]
        spoken_of = _not_passing(sentences, words_languages.PASSES, words_languages.FAILING)
        found += [
            category
            for category, names in words_languages.CHECKS.items()
            if category not in found
            and (re.compile(names).search(spoken_of) or words_languages.fails_by_its_name(category, spoken_of))
        ]
    return found if "test" in found or not _tells_of_fewer(closing.text) else ["test", *found]


def _is_mended(sentence: str) -> bool:
    """Say whether a sentence tells of failures that were mended, clause by clause, and of none that is left."""
    if re.compile(_LEFT).search(sentence) is not None:
        return False
    fails, mended = re.compile(_FAILING).search, re.compile(_MENDED).search
    clauses = [clause for clause in re.compile(_CLAUSES).split(sentence) if fails(clause) is not None]
    return bool(clauses) and all(mended(clause) is not None for clause in clauses)


def _not_passing(sentences: "list[str]", passes: str, fails: str) -> str:
    """Return the sentences that say of no check that it passes, or say beside it that something fails."""
    is_well, is_bad = re.compile(passes).search, re.compile(fails).search
    return "\n".join(one for one in sentences if is_well(one) is None or is_bad(one) is not None)


# So many of so many that passed, and so many that did not.
_TALLY = (
    r"(?<!step )(?<!phase )(?<!stage )(?<!part )(?<![\d./])(?P<some>\d{1,5}) ?/ ?(?P<all>\d{1,5})(?!\d|[./]\d)[*`]* ?"
    r"(?P<passed>(?:tests? )?(?:pass(?:ed|ing|es)?|green)\b|tests?\W*$"
    r"|(?:개|件)?의? ?(?:テスト|테스트|测试)?(?:が|이|가)? ?(?:通過|成功|合格|통과|通过)|(?:pruebas|testes) pas\w*)?"
)
_NOT_PASSED = (
    r"(?<![\d./])[1-9]\d{0,4} ?(?:개|件|个|個)?의?[*`]* ?"
    r"(?:(?:failed|failing)\b(?! (?!tests?\b)\w)"
    r"|실패|미통과|失敗|失败|未通过|不合格|fallidos|fallan|fehlgeschlagen|échecs?)"
)
_LEFT_OUT = r"\b(?:skip\w*|todo|ignored|deselected)\b|スキップ|건너"


def _tells_of_fewer(closing: str) -> bool:
    """Say whether words count tests that fail, or fewer that pass than there are, and none later of which all do."""
    is_fewer, leaves_out = False, re.compile(_LEFT_OUT).search
    for one in re.compile(_SENTENCES).split(lowered(closing)):
        if re.compile(_NOT_PASSED).search(one) is not None:
            return True
        tallies = list(re.compile(_TALLY).finditer(one))
        whole = [tally for tally in tallies if int(tally["some"]) >= int(tally["all"])]
        if not whole and any(tally["passed"] for tally in tallies):
            is_fewer = is_fewer or leaves_out(one) is None
        elif any(not tally["passed"] for tally in whole):  # of the same tests, later
            is_fewer = False
    return is_fewer


def checks_to_mend(task: str) -> "list[str]":
    """Return the categories of checks whose failures somebody is told to mend, or to find the reason of."""
    text = lowered(task)
    return [category for category, names in _CHECKS.items() if re.compile(_MENDING + rf"(?:{names})\b").search(text)]


# What is said of checks that pass, and what is said of failing beside it all the same.
_PASSES = r"\b(?:pass(?:es|ed|ing)?|green|clean)\b"
_FAILS = r"\b(?:fail(?:s|ed|ing|ures?)?|broken|cannot|could not|(?:can|couldn)['’]?t|not|red)\b|n['’]t\b"
_MENDING = r"\b(?:fix(?:es|ing)?|mend|repair|resolve|debug|investigat\w+|diagnos\w+)\W{1,3}(?:\w+\W{1,3}){0,3}"


_CHECKS = {
    "test": "tests?|specs?|suites?|e2e|integration",
    "lint": "lint(?:ing|er)?|format(?:ting)?|ruff|eslint|biome|clippy",
    "type": "type ?check(?:s|ing)?|type errors?|mypy|tsc|pyright",
    "build": "builds?|compil(?:es|ation)",
}


def _sentences(closing: Spoken, pattern: str, elsewhere: "tuple[str, ...]" = ()) -> "list[str]":
    """Return the sentences in which a pattern is, in any case, without what only sounds like trouble.

    Also those that tell the same in another language, or by a sign: `elsewhere` says where in `words_languages`.
    """
    is_there = re.compile(pattern).search  # one that ignores case itself takes three times as long
    if not elsewhere or closing.text.isascii():
        return [one for one, plain in closing.sentences if is_there(plain) is not None]
    from claudesess_collector.words_languages import is_ticked

    says_so = _elsewhere(elsewhere)
    return [
        one
        for (one, plain), plain_elsewhere in zip(closing.sentences, closing.elsewhere())
        if is_there(plain) is not None or (says_so(plain_elsewhere) and not is_ticked(one))
    ]


def _elsewhere(names: "tuple[str, ...]") -> "Callable[[Optional[str]], bool]":
    """Return what says whether a sentence of another language tells of something."""
    from claudesess_collector import words_languages

    is_there = re.compile("|".join(getattr(words_languages, name) for name in names)).search
    return lambda plain: plain is not None and is_there(plain) is not None


def _ends_asking(closing: str) -> bool:
    """Say whether the last thing said is a question."""
    asked = re.compile(_REMARK).sub("", closing[-_LAST:])
    return asked.rstrip(" \t\r\n*_)`\"'»”").endswith(("?", "？", "؟"))
