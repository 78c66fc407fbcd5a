"""Break the code on purpose, a little at a time, and see whether a test fails: `make mutation`.

Draws by seed N changes (mutants) out of all that the code under `LAYERS` offers (`mutation_changes.py`). Each is made in
a copy of the tree, and of the quick tests those that run its line are run, quickest first, until one fails; then, where
none did, the other tests of these files, as one test may look at what another one made. Which test runs which line is
recorded once, for each test file, and again when the file or what it runs has changed. `--slow` then asks the slow tests
that run the line, too, of what no quick one noticed. What is printed: killed or survived, file:line, the change, and the
test that noticed it; then a table. A survivor is a rule that no test holds, or a change that changes nothing: those that
were looked at stand in `EQUIVALENT` with the reason, and are not drawn. Records and results are kept in `build/mutation`, so that a run that was broken off goes on where it was; what
survived is tried again once a test that runs it has changed.

A tool of our own because much of what is concluded here is SQL: mutmut 3 changes what stands inside of Python
functions, Cosmic Ray the tree of a Python module; neither looks into an SQL file or a string, and neither draws from
all of it by one seed. Nor do they know the collector's layout, a package that tests load from its folder. What draws
charts is left out: how a chart looks is style.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Queue
from typing import NamedTuple

from mutation_changes import ROOT, Mutant, mutants

KEPT = ROOT / "build" / "mutation"
LONGEST_S = 240  # of a processor's time: no mutant may take more, whatever its tests take
RECORD_S = 1200  # nor may the tests of one file
QUICK, SLOW = "not slow", "slow"  # as pytest is asked for them
_MOST_S = 60  # of tests for one mutant, as long as they took when they were recorded
_MOST_OTHERS_S = 20  # of the others of their files: most of these look at what was made before


@dataclass(frozen=True)
class Layer:
    """Files whose conclusions are tested, and the folders of the tests that test them; doctests are found by themselves."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()

    def files(self) -> list[str]:
        """Return the paths of the sources."""
        found = {path.relative_to(ROOT).as_posix() for pattern in self.sources for path in ROOT.glob(pattern)}
        return sorted(path for path in found if not path.endswith(self.without))


_SQL = "claudesess/relations/sql"
_COLLECTOR = "collector/claudesess_collector"
_MEASURES = ("tests/metrics", "tests/asking")
LAYERS = {
    "stats": Layer(("claudesess/stats/*.py",), ("tests/stats", *_MEASURES)),
    "sql": Layer((f"{_SQL}/**/*.sql",), ("tests/relations", "tests/test_several_files.py", *_MEASURES)),
    "estimating": Layer(("claudesess/estimating/*.py",), _MEASURES),
    "metrics": Layer(("claudesess/metrics/**/*.py", "claudesess/metrics/**/*.sql"), _MEASURES),
    "asking": Layer(("claudesess/asking/*.py",), _MEASURES, without=("/command.py",)),
    # words are tables: a test holds them against SQL and contracts
    "collector": Layer((f"{_COLLECTOR}/*.py",), ("tests/collector", "tests/importing"), without=("/vocabulary.py", "/vocabulary_keys.py")),
}  # fmt: skip

# File, the line as it stands there, the change, why nothing can tell it from the code as it is.
_EACH_TWICE = "the rows are made distinct at the end"
_PAIRED = "each opening has its closing: both sides are made of the same rows"
_NO_TWO = "no two of these rows are equal"
_NO_LENGTH = "a time of no length adds nothing"
EQUIVALENT: tuple[tuple[str, str, str, str], ...] = (
    (f"{_SQL}/agent_spans.sql", "FROM (SELECT db, agent_id, start_at FROM whole UNION ALL SELECT db, agent_id, again_at FROM away)",
     "UNION ALL → UNION", _NO_TWO),
    (f"{_SQL}/agent_spans.sql", "FROM (SELECT db, agent_id, end_at FROM whole UNION ALL SELECT db, agent_id, left_at FROM away)",
     "UNION ALL → UNION", _NO_TWO),
    (f"{_SQL}/agent_spans.sql", "JOIN opened AS o USING (db, agent_id)", "JOIN → LEFT JOIN", _PAIRED),
    (f"{_SQL}/agent_spans.sql", "JOIN closed AS c USING (db, agent_id, place)", "JOIN → LEFT JOIN", _PAIRED),
    (f"{_SQL}/session_windows.sql", "FROM (SELECT db, session_id, start_at FROM seen UNION ALL SELECT db, session_id, again_at FROM gaps)",
     "UNION ALL → UNION", _NO_TWO),
    (f"{_SQL}/session_windows.sql", "FROM (SELECT db, session_id, end_at FROM seen UNION ALL SELECT db, session_id, left_at FROM gaps)",
     "UNION ALL → UNION", _NO_TWO),
    (f"{_SQL}/session_windows.sql", "FROM opened AS o JOIN closed AS c USING (db, session_id, place)", "JOIN → LEFT JOIN", _PAIRED),
    *((f"{_SQL}/_session_signs.sql", f"UNION ALL SELECT db, session_id, {column} FROM {table}", "UNION ALL → UNION", _EACH_TWICE)
      for column, table in (("end_time", "agent_registry"), *(('"timestamp"', name) for name in (
          "file_claims", "session_metrics", "failed_paths", "error_log", "context_snapshots", "_hook_facts", "llm_verdicts")))),
    (f"{_SQL}/session_windows.sql", "ON e.db = r.db AND e.session_id = r.session_id AND e.id < r.next_id AND e.id > coalesce(r.own_id, -1)",
     "< → <=", "a row is a start or an end, never both"),
    (f"{_SQL}/sessions.sql", "p.last_end_id IS NULL OR coalesce(p.last_end_id < p.last_start_id, false) AS is_open", "< → <=",
     "a row is a start or an end, never both"),
    ("claudesess/metrics/compaction_continuity/failures_around.sql",
     "FROM _calls AS c JOIN (VALUES (false), (true)) AS t(is_commands) ON NOT t.is_commands OR c.tool IN ('Bash', 'PowerShell')",
     "JOIN → LEFT JOIN", "false joins every call"),
    ("claudesess/metrics/compaction_continuity/named.sql", "UNION ALL", "UNION ALL → UNION", _NO_TWO),
    ("claudesess/metrics/agent_throughput/timeline.sql", "FROM placed AS p JOIN sizes AS z USING (db, stretch)", "JOIN → LEFT JOIN",
     _PAIRED),
    ("claudesess/metrics/checks/recurring.sql", "FROM chains AS c JOIN error_log AS e ON e.db = c.db AND e.id = c.chain_id",
     "JOIN → LEFT JOIN", "a chain is called after the failure that began it"),
    *(("claudesess/metrics/compaction_continuity/named.sql",
       f"UNION ALL SELECT db, compaction_id, '{kind}', {rank}, {kind}, n_{kind}, '{name}' FROM compactions", "UNION ALL → UNION", _NO_TWO)
      for rank, (kind, name) in enumerate((("failed_paths", "approach"), ("files", "path"), ("agents", "task"), ("tasks", "subject")), 2)),
    *(("claudesess/metrics/compaction_continuity/_placebo_chains.sql",
       f'UNION ALL SELECT db, unnest({column}), "timestamp", id, false FROM _hook_facts WHERE {column} IS NOT NULL', "UNION ALL → UNION",
       "the last of them counts") for column in ("closes", "leaves")),
    ("claudesess/metrics/agent_throughput/duration.sql", "FROM runs AS r JOIN session_windows AS w", "JOIN → LEFT JOIN",
     "what was not watched lasted no longer"),
    ("claudesess/metrics/agents/_own_times.sql", "FROM spans AS c JOIN spans AS p", "JOIN → LEFT JOIN", "what nobody sent out is nobody's wait"),
    ("claudesess/metrics/agents/_own_times.sql",
     "ON p.db = c.db AND p.agent_id = c.parent_id AND p.start_at < c.end_at AND c.start_at < p.end_at", "< → <=", _NO_LENGTH),
    ("claudesess/metrics/agents/_own_times.sql", "PARTITION BY db, agent_id, own_start_at ORDER BY start_at, end_at",
     "db, agent_id, own_start_at → db, agent_id", "a wait of one time of an agent ends before its next time begins"),
    ("claudesess/metrics/agents/_own_times.sql", "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING", " → DESC",
     "of waits that begin together the longer counts, whichever comes first"),
    *(("claudesess/metrics/checks/recurring.sql",
       "ON w.db = c.db AND w.session_id = c.session_id AND w.start_at <= c.until_at AND w.end_at >= c.started_at", change, _NO_LENGTH)
      for change in ("<= → <", ">= → >")),
    ("claudesess/metrics/agents/_own_times.sql", "UNION ALL", "UNION ALL → UNION", _NO_TWO),
    ("claudesess/metrics/agents/looked_again.sql", "UNION ALL", "UNION ALL → UNION", _EACH_TWICE),
    ("claudesess/metrics/checks/flapping.sql", "UNION ALL", "UNION ALL → UNION", "asked is for the last of them"),
    ("claudesess/metrics/files/overwritten.sql", "UNION ALL", "UNION ALL → UNION", "asked is whether there is one"),
    *(("claudesess/metrics/files/hot.py", 'hot = files[files["low"] > rounds["n_events"].sum() / max(rounds["exposure"].sum(), 1)]', change, why)
      for change, why in (("1 → 2", "of a file in three sessions there are three rounds"), ("1 → 0", "where no round is no file is hot"))),
    ("claudesess/stats/shrinkage.py", "top *= 2", "2 → 3", "below any bound the same is found"),
    ("claudesess/stats/shrinkage.py", "return spread**-2.0, np.exp(-mean) * spread**-2.0", "2.0 → 3.0",
     "of the second: all means are as likely beforehand, and one stands for another"),
    ("claudesess/asking/findings.py", 'weeks = text.count(math.ceil(round(1 / self.amount, 6)), "week")', "6 → 7",
     "what a division is off by is smaller than either"),
    ("claudesess/asking/findings.py", 'weeks = text.count(math.ceil(round(1 / self.amount, 6)), "week")', "6 → 5",
     "what a division is off by is smaller than either"),
    *(("claudesess/estimating/sums.py", "if most * (len(values) + 1) > _FITS:", change, "what is twice the bound has room, too")
      for change in ("1 → 0", "1 → 2", "> → >=")),
    ("claudesess/estimating/sums.py", "if most * (len(values) + 1) > _FITS:", "> → <=", "numbered anew without need is numbered as well"),
    ("claudesess/stats/intervals.py", "if values.ndim == 1:", "1 → 0", "a quicker way to the same sums"),
    ("claudesess/metrics/checks/_by_aim.py", "for one in range(family.max() + 1):", "1 → 2", "of a group more there is no row"),
    ("claudesess/metrics/compaction_continuity/rereads.sql", "LEFT JOIN covered AS c USING (db, compaction_id, call_id)",
     "db, compaction_id, call_id → db, call_id", "a call lies behind one compaction"),
    (f"{_COLLECTOR}/spool.py", 'if size and files.read_at(descriptor, size - 1, 1) == b"\\n":', "1 → 2", "behind the last byte there is none"),
    (f"{_COLLECTOR}/payload_large.py", 'at, key = 0, b""', "0 → 1", "a payload begins with a brace"),
    (f"{_COLLECTOR}/payload_large.py", "self._end = -1  # in the last piece", "1 → 2", "it is looked for before it is asked for"),
    ("claudesess/stats/survival.py", "hazard = divide(ends[:, 1], at_risk, 0.0)", "0.0 → 1.0",
     "where nobody is at risk nobody is left to end later"),
    (f"{_SQL}/compactions.sql", "UNION ALL", "UNION ALL → UNION", _NO_TWO),
    (f"{_COLLECTOR}/approaches.py",
     '"SELECT c.file_path, c.id, e.removed FROM file_claims c JOIN claudesess_edits e ON e.claim_id = c.id"', "JOIN → LEFT JOIN",
     "asked is for those of which lines are kept"),
    (f"{_COLLECTOR}/approaches.py", "if any(claim_id > edit.claim_id for claim_id in claims):", "> → >=", "none of them is the edit's own"),
    (f"{_COLLECTOR}/approaches.py", "words = line.split(None, 1)", "1 → 2", "the first word is the same however many are split off"),
    (f"{_COLLECTOR}/git_exclude.py", 'no_link = getattr(os, "O_NOFOLLOW", 0)', "0 → 1", "every system on which tests run has it"),
    (f"{_COLLECTOR}/gates.py", "if start + done != place:", "+ → -", "what is noted where they differ is what stands there"),
    (f"{_COLLECTOR}/ladder.py", "chains.set_flags(event, chain, is_left=1)", "1 → 2", "asked is whether it is set"),
    (f"{_COLLECTOR}/aims.py", "self.only_checks = False  # nothing but known checks runs", "False → True",
     "it is asked of commands alone, and is set for each"),
    (f"{_COLLECTOR}/light_re.py", "if sys.version_info < (3, 11):", "3 → 2",
     "an older interpreter, which has nothing of that name, goes on to the whole of `re`"),
    (f"{_COLLECTOR}/payload_large.py",
     'fields = parse(b"{" + head[start : stop + 1] + b"}") if 0 <= start < stop < start + _LONGEST else None', "0 → 1",
     "a payload begins with a brace"),
    *((f"{_COLLECTOR}/payload_large.py", text, "0 → 1", "a text begins behind its quote") for text in (
        "if found >= 0 and not _is_escaped(self.kept, found, start):", "reached = found if found >= 0 else len(self.kept)")),
    (f"{_COLLECTOR}/privacy_values.py", 'joined = "".join(words[-2:])', "2 → 3", "what is looked for in it stands at its end"),
    (f"{_COLLECTOR}/privacy_secrets.py", "while at < len(wholes) and wholes[at][1] <= first:", "<= → <", "what only touches it is left out below"),
    (f"{_COLLECTOR}/privacy_secrets.py",
     "inner = [piece.span(piece.lastindex or 0) for piece in re.compile(_PIECE).finditer(found[0])]", "0 → 1", "each way of a piece has a group"),
    *((f"{_COLLECTOR}/privacy_secrets.py", "places.append(end - 1)", change, "what is put together goes as a whole")
      for change in ("1 → 0", "1 → 2")),
    (f"{_COLLECTOR}/privacy_secrets.py", "_KNOWN_WORDS, _WORD_CHARS = 8192, 256", "256 → 255",
     "what is not at hand is looked through again, to the same end"),
    (f"{_COLLECTOR}/spool.py", "_FIRST = 64  # bytes, the first line among them", "64 → 65", "the first line is shorter"),
    (f"{_COLLECTOR}/spool.py", "piece = files.read_at(self._descriptor, at, max(1 << 16, len(rest)))  # of a long line more and more",
     "16 → 17", "larger pieces hold the same lines"),
    (f"{_COLLECTOR}/on_agents.py", "return True", "True → False", "what was done is done again, to the same end"),
    (f"{_COLLECTOR}/verdicts.py", "at = stop + 1", "1 → 2", "what is looked for does not begin a line"),
    (f"{_COLLECTOR}/on_sessions.py", "_MESSAGE = 4096", "4096 → 4095", "of what is cut so the first 300 characters are kept"),
    (f"{_COLLECTOR}/on_sessions.py", "_MESSAGE = 4096", "4096 → 4097", "of what is cut so the first 300 characters are kept"),
    (f"{_COLLECTOR}/on_agents.py", 'for part in prompt.split("<task-notification>")[1:]:', "1 → 0",
     "before the first tag stands nothing but blanks"),
    (f"{_COLLECTOR}/event.py", "(key - 1, key + 1, self.at_ms, DOUBLED_WITHIN_MS),", "1 → 2",
     "what is two slots away is more than two seconds away"),
    (f"{_COLLECTOR}/verdicts.py", "if 0 <= place < at:", "0 → 1", "a line begins with a brace, and so does what is read"),
    (f"{_COLLECTOR}/verdicts.py", "if found < 0:", "< → <=", "a line begins before what is looked for in it"),
    (f"{_COLLECTOR}/verdicts.py", "if stop < 0:", "< → <=", "a line ends after its beginning"),
    (f"{_COLLECTOR}/verdicts.py", "first = (words.split(None, 1) or [\"\"])[0].strip(\"\\\"'\")", "1 → 2",
     "the first word is the same however many are split off"),
    *((f"{_COLLECTOR}/payload.py", "_KNOWN_NAMES = 4096", change, "what is not at hand is looked through again, to the same end")
      for change in ("4096 → 4095", "4096 → 4097")),
    (f"{_COLLECTOR}/command_split.py", "line_end = self.end if line_end < 0 else line_end", "0 → 1", "a body begins behind its command"),
    (f"{_COLLECTOR}/command_split.py", 'return segment.words[0] in ("exit", "return") and "$" in " ".join(segment.words[1:])', "1 → 0",
     "there is no $ in the first word"),
    (f"{_COLLECTOR}/command_runs.py", "at = next((at for at, word in enumerate(words) if word in _CODE_OPTIONS), 0)", "0 → 1",
     "asked only where there is such an option"),
    (f"{_COLLECTOR}/command_programs.py", 'name = head if "/" in words[0] and not words[0].startswith("./") else words[0]', "and → or",
     "a path that begins so is returned as it is, and of a plain word only an ending goes, which goes anyway"),
    (f"{_COLLECTOR}/event.py", 'key = number_of(self.session_id, f"{name}\\0{self.digest}") + self.at_ms // DOUBLED_WITHIN_MS', "+ → -",
     "slots of time that lie side by side have numbers that do, whichever way they run"),
    (f"{_COLLECTOR}/event.py", "return kind + event.at_ms", "+ → -", "a number that stands for both, whichever"),
    (f"{_COLLECTOR}/privacy_redact.py", "is_short = search is None and len(text) < LONG  # hardly any longer one is without a marker",
     "is → is not", "a short way to the same text"),
    (f"{_COLLECTOR}/privacy_redact.py", "if len(word) > RUN and any(map(str.isdigit, word)):", "and → or",
     "a word without a digit, or too short for a mark and a run, has no run"),
    (f"{_COLLECTOR}/spool.py", 'if size and b"\\n" in files.read_at(descriptor, 0, _FIRST):', "0 → 1", "no spool begins with the end of a line"),
    (f"{_COLLECTOR}/verdicts.py", 'start = data.rfind(b"\\n", 0, found) + 1', "0 → 1", "a blank line before the first is stripped"),
)  # fmt: skip


# --- Which test runs which line -------------------------------------------------------------------------------------


class Test(NamedTuple):
    """A test that passes, how long it took, and of how many files it runs anything: of few, it is about these."""

    file: str
    name: str
    seconds: float
    n_files: int


@dataclass(frozen=True)
class Record:
    """What the quick tests of one file ran, or the slow ones: for each line of the tree the numbers of the tests, -1 where it is loaded."""

    file: str
    tests: list[tuple[str, float]]
    lines: dict[str, dict[int, list[int]]]

    def running(self, path: str, lines: Iterable[int]) -> set[int]:
        """Return the numbers of the tests that run one of these lines."""
        by_line = self.lines.get(path, {})
        return {number for line in lines for number in by_line.get(line, ()) if number >= 0}

    @cached_property
    def every(self) -> list[Test]:
        """The tests, by their numbers."""
        n_files = Counter(number for path in self.lines for number in self.running(path, self.lines[path]))
        return [Test(self.file, *test, n_files[number]) for number, test in enumerate(self.tests)]


def test_files(layers: Iterable[str]) -> list[str]:
    """Return the files of tests, and those with doctests, of layers."""
    found: set[str] = set()
    for layer in map(LAYERS.__getitem__, layers):
        for name in layer.tests:
            paths = [ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("test_*.py")
            found |= {path.relative_to(ROOT).as_posix() for path in paths}
        found |= {
            path
            for path in layer.files()
            if path.startswith("claudesess/") and ">>> " in (ROOT / path).read_text(encoding="utf-8")
        }
    return sorted(found)


def digest(paths: Iterable[str]) -> str:
    """Return what changes when one of these files does."""
    summed = hashlib.sha256()
    for path in sorted(paths):
        file = ROOT / path
        summed.update(f"{path}\0".encode() + (file.read_bytes() if file.is_file() else b""))
    return summed.hexdigest()[:16]


def read_record(file: str, marked: str = QUICK) -> Record | None:
    """Return what was recorded of a test file, if nothing of what it runs has changed since."""
    kept = _place_of(file, marked)
    if not kept.exists():
        return None
    found = json.loads(kept.read_text(encoding="utf-8"))
    if digest([file, *found["lines"]]) != found["digest"]:
        return None
    lines = {
        path: {int(line): numbers for line, numbers in by_line.items()}
        for path, by_line in found["lines"].items()
    }
    return Record(file, [(name, seconds) for name, seconds in found["tests"]], lines)


def _place_of(file: str, marked: str) -> Path:
    return KEPT / "records" / f"{file.replace('/', '+')}{'+slow' if marked == SLOW else ''}.json"


def record(tree: Tree, file: str, marked: str) -> Record:
    """Run the quick tests of a file as they are, or the slow ones; keep what they ran."""
    found, _ = tree.run([file], None, RECORD_S, marked)
    if not isinstance(found, dict):
        raise SystemExit(f"{file}: its tests cannot be recorded: {found}")
    _place_of(file, marked).write_text(
        json.dumps({"digest": digest([file, *found["lines"]]), **found}), encoding="utf-8"
    )
    made = read_record(file, marked)
    assert made is not None
    return made


def tests_for(mutant: Mutant, records: list[Record], home: str = "") -> list[Test]:
    """Return the tests that can notice a mutant, in the order in which to run them.

    Those that run its lines: first what is named after its file, then of the layer's own folder (`home`), and of few
    files, as they are about these. Then the others of their files, as one test may look at what another one made. What is done when a file is loaded belongs to every test that runs anything of it.
    """
    near = {
        one.file: one.running(mutant.path, mutant.lines or one.lines.get(mutant.path, ())) for one in records
    }
    if not mutant.lines and not any(near.values()):  # constants alone: whoever loads them may use them
        near = {one.file: set(range(len(one.tests))) for one in records if mutant.path in one.lines}
    found = [
        (test, number in near.get(one.file, ())) for one in records for number, test in enumerate(one.every)
    ]
    stem = Path(mutant.path).stem.strip("_")

    def about(test: Test) -> tuple[bool, bool, int, float]:
        return stem not in test.name, not test.file.startswith(home), test.n_files, test.seconds

    chosen = _within(_MOST_S, sorted((test for test, is_near in found if is_near), key=about))
    files = {test.file for test in chosen}
    others = sorted((test for test, is_near in found if test.file in files and not is_near), key=about)
    return [*chosen, *_within(_MOST_OTHERS_S, others)]


def _within(most_s: float, tests: Iterable[Test]) -> list[Test]:
    """Return the tests that can be run in a time; one that takes too long is left out."""
    kept = []
    for test in tests:
        if test.seconds <= most_s:
            most_s -= test.seconds
            kept.append(test)
    return kept


# --- Running --------------------------------------------------------------------------------------------------------


def copy_tree(into: Path) -> Path:
    """Copy what git knows, and what it would take; what is there already stays, and with it its byte code."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                            check=True).stdout  # fmt: skip
    names = {name for name in listed.splitlines() if (ROOT / name).is_file()}
    for name in names:
        source, copy = ROOT / name, into / name
        if not copy.exists() or copy.stat().st_mtime_ns != source.stat().st_mtime_ns:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    for path in into.rglob("*"):
        if path.is_file() and path.suffix != ".pyc" and path.relative_to(into).as_posix() not in names:
            path.unlink()
    return into


class Tree:
    """A copy of the tree in which one mutant at a time is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_tree(folder)
        self._changed_at = 0
        environ = {**os.environ, "PYTHONPATH": str(folder)}
        worker = [sys.executable, str(folder / "tests" / "mutation_worker.py")]
        self._worker = subprocess.Popen(worker, cwd=folder, env=environ, text=True, bufsize=1, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)  # fmt: skip

    def run(
        self, files: list[str], order: list[str] | None, limit_s: float, marked: str = QUICK
    ) -> tuple[object, float]:
        """Run tests until one fails and return its name, or record them all; and what of a processor's time it took."""
        assert self._worker.stdin is not None and self._worker.stdout is not None
        has_doctests = any(not file.startswith("tests/") for file in files)
        task = {
            "files": files,
            "order": order,
            "limit_s": round(limit_s),
            "has_doctests": has_doctests,
            "marked": marked,
        }
        self._worker.stdin.write(json.dumps(task) + "\n")
        answer = json.loads(self._worker.stdout.readline())
        return answer["said"], answer["used_s"]

    def try_out(self, mutant: Mutant, tests: list[Test]) -> tuple[str | None, float]:
        """Make the change, run the tests, take it back; return the test that failed."""
        file = self.folder / mutant.path
        before, times = file.read_bytes(), file.stat()
        try:
            file.write_bytes(before[: mutant.start] + mutant.new.encode() + before[mutant.end :])
            # byte code is told old from new by it, in seconds
            self._changed_at = max(self._changed_at + 1, int(time.time()))
            os.utime(file, (self._changed_at, self._changed_at))
            limit_s = min(LONGEST_S, 5 + 3 * sum(test.seconds for test in tests))
            said, used_s = self.run(
                list(dict.fromkeys(test.file for test in tests)), [test.name for test in tests], limit_s
            )
            return None if said is None else str(said), used_s
        finally:
            file.write_bytes(before)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def close(self) -> None:
        """End the process."""
        self._worker.communicate()


class Bench:
    """So many trees, each lent to one task at a time."""

    def __init__(self, folder: Path, n: int) -> None:
        self._trees: Queue[Tree] = Queue()
        for number in range(n):
            self._trees.put(Tree(folder / str(number)))

    @contextmanager
    def tree(self) -> Iterator[Tree]:
        """Lend a tree."""
        tree = self._trees.get()
        try:
            yield tree
        finally:
            self._trees.put(tree)

    def close(self) -> None:
        """End the processes."""
        while not self._trees.empty():
            self._trees.get().close()


class Result(NamedTuple):
    """What became of a mutant: the test that noticed it (none: it survived), of how many, in what processor's time.

    `tests` is a digest of the files whose tests were tried.
    """

    killed_by: str | None
    n_tests: int
    used_s: float
    tests: str


class Results:
    """What became of each mutant, kept from run to run as long as its file stays as it is."""

    def __init__(self, marked: str = QUICK) -> None:
        self._file = KEPT / ("slow_results.json" if marked == SLOW else "results.json")
        self._kept = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}

    def of(self, mutant: Mutant, tests: list[Test]) -> Result | None:
        """Return what is known of a mutant; a survivor is none once its tests have changed."""
        found = self._kept.get(self._key(mutant))
        result = Result(*found) if found else None
        return (
            result
            if result and (result.killed_by or result.tests == digest({test.file for test in tests}))
            else None
        )

    def keep(self, mutant: Mutant, result: Result) -> None:
        """Write down what became of a mutant."""
        self._kept[self._key(mutant)] = result
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self._kept, indent=0), encoding="utf-8")
        new.replace(self._file)

    def _key(self, mutant: Mutant) -> str:
        return f"{digest([mutant.path])} {mutant.path} {mutant.start} {mutant.change}"


def drawn(paths: list[str], number: int, seed: int) -> tuple[list[Mutant], int]:
    """Return so many mutants of files, by seed and in the files' order, and of how many they are drawn.

    By a digest of each: whether one is drawn does not depend on which others there are, so that a seed stays the same
    sample while code elsewhere changes.
    """
    equivalent = {entry[:3] for entry in EQUIVALENT}
    every = [one for path in paths for one in mutants(path) if (path, one.text, one.change) not in equivalent]

    def lot(one: Mutant) -> bytes:
        return hashlib.sha256(f"{seed} {one.path} {one.text} {one.change}".encode()).digest()

    chosen = sorted(every, key=lot)[:number]
    return sorted(chosen, key=lambda one: (paths.index(one.path), one.start, one.new)), len(every)


def wanted(words: list[str]) -> dict[str, str]:
    """Return the files to change, each with its layer, of the layers or paths that are asked for; all where none is."""
    found = {path: name for name, layer in LAYERS.items() for path in layer.files()}
    return {
        path: name
        for path, name in found.items()
        if not words or name in words or path.startswith(tuple(words))
    }


def main() -> int:
    """Draw, try, print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    asked.add_argument("only", nargs="*", help=f"layers ({', '.join(LAYERS)}) or paths; all")
    asked.add_argument("--number", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument(
        "--slow", action="store_true", help="ask the slow tests, too, of what no quick one noticed"
    )
    asked.add_argument("--list", action="store_true", help="print what is drawn, and try none")
    options = asked.parse_args()
    layer_of = wanted(options.only)
    chosen, n = drawn(list(layer_of), options.number, options.seed)
    print(f"{len(chosen)} of {n} changes of {len(layer_of)} files, seed {options.seed}", flush=True)
    if options.list:
        for one in chosen:
            print(f"{one.path}:{one.line}  {one.change}  | {one.text}")
        return 0
    (KEPT / "records").mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        bench = Bench(KEPT / "trees", options.jobs)
        by_quick = tried(chosen, layer_of, QUICK, bench, pool)
        left = [one for one in chosen if by_quick[one].killed_by is None]
        by_slow = tried(left, layer_of, SLOW, bench, pool) if options.slow else {}
        bench.close()
    print(f"\n{'layer':<12}{'drawn':>7}{'killed':>8}{'by slow':>9}{'survived':>10}{'share':>8}")
    for layer in [*dict.fromkeys(layer_of[one.path] for one in chosen), "all"]:
        of_layer = [one for one in chosen if layer in (layer_of[one.path], "all")]
        quick, slow = (sum(found[one].killed_by is not None for one in of_layer if one in found)
                       for found in (by_quick, by_slow))  # fmt: skip
        n_of, killed = len(of_layer), quick + slow
        print(f"{layer:<12}{n_of:>7}{killed:>8}{slow:>9}{n_of - killed:>10}{killed / n_of:>8.0%}")
    used_s = sum(result.used_s for found in (by_quick, by_slow) for result in found.values())
    print(f"{used_s / 60:.0f} minutes of a processor's time")
    return 0


def tried(
    chosen: list[Mutant], layer_of: dict[str, str], marked: str, bench: Bench, pool: ThreadPoolExecutor
) -> dict[Mutant, Result]:
    """Record the tests, try every mutant on those that run it, and print what became of it."""
    layers = dict.fromkeys(layer_of[one.path] for one in chosen)

    def recorded(file: str) -> Record:
        found = read_record(file, marked)
        if found is None:
            with bench.tree() as tree:
                found = record(tree, file, marked)
            print(f"recorded {file}: {len(found.tests)} tests", flush=True)
        return found

    records = {one.file: one for one in pool.map(recorded, test_files(layers))}
    of_layer = {layer: [records[file] for file in test_files([layer])] for layer in layers}
    results = Results(marked)

    def outcome(one: Mutant) -> Result:
        layer = layer_of[one.path]
        tests = tests_for(one, of_layer[layer], LAYERS[layer].tests[0])
        result = results.of(one, tests)
        if result is None:
            with bench.tree() as tree:
                failed, used_s = tree.try_out(one, tests) if tests else (None, 0.0)
            result = Result(failed, len(tests), round(used_s, 1), digest({test.file for test in tests}))
        return result

    found = {}
    for one, result in zip(chosen, pool.map(outcome, chosen), strict=True):
        results.keep(one, result)
        found[one] = result
        verdict = (
            f"killed   by {result.killed_by}" if result.killed_by else f"SURVIVED {result.n_tests} tests"
        )
        print(f"{verdict}\n    {one.path}:{one.line}  {one.change}  | {one.text}", flush=True)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
