"""Break the code on purpose, a little at a time, and see whether a test fails: `make mutation`.

Draws by seed N changes (mutants) of comparisons, arithmetic, boolean operators, constants and bounds out of all that
the code under `COVERS` offers, of SQL also joins, windows, sorting and aggregates, whether it stands in a file of its
own or in a string. Each is made in a copy of the tree, and the tests that cover its file run until one fails. What is
printed: killed or survived, file:line and the change; then a table. A survivor is a rule that no test holds, or a
change that changes nothing: those that were looked at stand in `EQUIVALENT` with the reason, and are not drawn.

A tool of our own because much of what is concluded here is SQL: mutmut 3 changes what stands inside of Python
functions, Cosmic Ray the tree of a Python module; neither looks into an SQL file or a string, and neither draws from
all of it by one seed. Nor do they know the collector's layout, a package that tests load from its folder. What draws
charts is left out: how a chart looks is style.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parent.parent
LONGEST_S = 120  # of a processor's time: no mutant may take more, whatever its tests take
_WAITS = 10  # times as long by the clock: a test that waits for something takes no processor's time


@dataclass(frozen=True)
class Cover:
    """Which tests hold which files, the quickest first; `doctests`: the file's own, too."""

    layer: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    doctests: bool = False


_SQL = "claudesess/relations/sql"
_COLLECTOR = "collector/claudesess_collector"
_RELATIONS = (
    "tests/relations/test_relations.py",
    "--deselect=tests/relations/test_relations.py::test_no_row_breaks_a_relation",
    "tests/test_several_files.py",
)


def _of_collector(names: str, *tests: str) -> Cover:
    sources = tuple(f"{_COLLECTOR}/{name}.py" for name in names.split())
    return Cover("collector", sources, tuple(f"tests/collector/test_{test}.py" for test in tests))


COVERS = (
    Cover("stats", ("claudesess/stats/*.py",), ("tests/stats",), doctests=True),
    Cover("sql", (f"{_SQL}/error_*.sql",), ("tests/relations/test_error_chains.py", *_RELATIONS)),
    Cover("sql", (f"{_SQL}/agent_spans.sql", f"{_SQL}/session_*.sql"), ("tests/relations/test_times.py", *_RELATIONS)),
    Cover("sql", (f"{_SQL}/*.sql", f"{_SQL}/setup/*.sql"), (*_RELATIONS, "tests/relations/test_error_chains.py")),
    *(
        Cover("metrics", (f"claudesess/metrics/{measure}.*",), (f"tests/metrics/test_{Path(measure).name}.py",))
        for measure in ("checks/flapping", "checks/hidden_status", "checks/recurring", "checks/when_to_ask", "files/hot",
                        "files/overwritten", "agents/parallel_gain", "compaction_continuity/context_size")
    ),
    *(
        Cover("metrics", (f"claudesess/metrics/{question}/*",), (f"tests/metrics/test_{question}.py",), doctests=False)
        for question in ("agent_throughput", "compaction_continuity", "retry_escalation")
    ),
    Cover("metrics", ("claudesess/metrics/*/*.py",), ("tests/metrics",), doctests=True),
    _of_collector("on_agents", "agents", "chains", "sessions"),
    _of_collector("on_sessions", "sessions", "agents", "chains", "claims", "verdicts"),
    _of_collector("on_compactions on_tasks", "sessions", "chains", "verdicts"),
    _of_collector("verdicts", "verdicts", "database"),
    _of_collector("database", "sessions", "chains", "claims", "at_hand", "database", "process", "spool"),
    _of_collector("event", "payload", "sessions", "agents", "claims", "verdicts", "database", "content_off"),
    _of_collector("payload clock", "payload", "sessions", "agents", "claims", "robustness"),
    _of_collector("chains", "chains", "claims", "sessions", "interleaved"),
    _of_collector("changes on_calls on_failures", "claims", "chains", "checks", "sessions"),
    _of_collector("aims command_* output_* outcomes* tries ladder gates background approaches words",
                  "aims", "outcomes", "ladder", "checks", "chains", "claims"),
)  # fmt: skip

# File, the line as it stands there, the change, why nothing can tell it from the code as it is.
_EACH_TWICE = "the rows are made distinct at the end"
_PAIRED = "each opening has its closing: both sides are made of the same rows"
_NO_TWO = "no two of these rows are equal"
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
    (f"{_COLLECTOR}/on_agents.py", "return True", "True → False", "what was done is done again, to the same end"),
    (f"{_COLLECTOR}/verdicts.py", "at = stop + 1", "1 → 2", "what is looked for does not begin a line"),
    (f"{_COLLECTOR}/on_sessions.py", "_MESSAGE = 4096", "4096 → 4095", "of what is cut so the first 300 characters are kept"),
    (f"{_COLLECTOR}/on_sessions.py", "_MESSAGE = 4096", "4096 → 4097", "of what is cut so the first 300 characters are kept"),
    (f"{_COLLECTOR}/on_agents.py", 'for part in prompt.split("<task-notification>")[1:]:', "1 → 0",
     "before the first tag stands nothing but blanks"),
    (f"{_COLLECTOR}/event.py", "(key - 1, key + 1, self.at_ms, DOUBLED_WITHIN_MS),", "1 → 2",
     "what is two slots away is more than two seconds away"),
    (f"{_COLLECTOR}/verdicts.py", "if found < 0:", "< → <=", "a line begins before what is looked for in it"),
    (f"{_COLLECTOR}/verdicts.py", "if stop < 0:", "< → <=", "a line ends after its beginning"),
    (f"{_COLLECTOR}/verdicts.py", 'start = data.rfind(b"\\n", 0, found) + 1', "0 → 1", "a blank line before the first is stripped"),
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the bytes from `start` to `end` become `new`."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    text: str

    @property
    def change(self) -> str:
        """What was written, and what is written now; what is taken out leaves nothing."""
        return f"{self.old.strip()} → {self.new.strip() or '∅'}"


# --- What can be changed in SQL -------------------------------------------------------------------------------------

_SWAPS = {
    r"<=": ("<", ">"), r">=": (">", "<"), r"<>": ("=",), r"(?<![<>!])=": ("<>",), r"<(?![=>])": ("<=", ">="),
    r"(?<![<-])>(?![=>'])": (">=", "<="), r"IS NOT NULL": ("IS NULL",), r"IS NULL": ("IS NOT NULL",),
    r"IS NOT DISTINCT FROM": ("=",), r"IS DISTINCT FROM": ("<>",), r"\bAND\b": ("OR",), r"\bOR\b(?! REPLACE| IGNORE)": ("AND",),
    r"LEFT JOIN": ("JOIN",), r"ANTI JOIN": ("SEMI JOIN",), r"(?<!LEFT )(?<!ANTI )\bJOIN\b": ("LEFT JOIN",),
    r"UNION ALL": ("UNION",), r"UNION(?! ALL)": ("UNION ALL",), r"\bmax\(": ("min(",), r"\bmin\(": ("max(",),
    r"\barg_max\(": ("arg_min(",), r"\barg_min\(": ("arg_max(",), r"\bbool_or\(": ("bool_and(",), r"\blag\(": ("lead(",),
    r"\blead\(": ("lag(",), r"UNBOUNDED PRECEDING": ("1 PRECEDING",), r"\bDISTINCT (?!FROM)": ("",), r" DESC\b": ("",),
    r"NULLS LAST": ("NULLS FIRST",), r"\bNOT (?!NULL|DISTINCT)": ("",), r"\btrue\b": ("false",), r"\bfalse\b": ("true",),
    r"(?<= )- ": ("+ ",), r"(?<= )\+ ": ("- ",), r"(?<= )/ ": ("* ",),
}  # fmt: skip
_LISTS = r"(?:PARTITION BY |USING \()([^()\n]+?)(?= ORDER BY|\)|\n)"  # of which each name can be left out
_SORTED = r"ORDER BY ([^()\";]+?)(?= ROWS|\)|;|\s*$| LIMIT|\")"
_CLAUSE = re.compile(r"\b(SET|WHERE|AND|OR|ON|WHEN|HAVING|FILTER|SELECT)\b")


def in_sql(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, replacement) of every change of a statement; comments and quoted texts stay."""
    bare = re.sub(r"--[^\n]*|'[^'\n]*'", lambda found: "'" + "_" * (len(found[0]) - 2) + "'", text)
    for pattern, instead in _SWAPS.items():
        for found in re.finditer(pattern, bare):
            clause = _CLAUSE.findall(bare, 0, found.start())
            is_assignment = found[0] == "=" and clause and clause[-1] == "SET"
            is_range = found[0] == "AND" and re.search(r"\bBETWEEN \S+ $", bare[: found.start()])
            if not (is_assignment or is_range):
                yield from ((*found.span(), new) for new in instead)
    for found in re.finditer(
        r"(?<![\w.'\"?])(?<!SELECT )(?<!LIMIT )\d+(?![\w.'])", bare
    ):  # any row, or its first, is asked for
        yield (*found.span(), str(int(found[0]) + 1))
    for found in re.finditer(_LISTS, bare):
        names = found[1].split(", ")
        for n, _ in enumerate(names) if len(names) > 1 else ():
            yield (*found.span(1), ", ".join(names[:n] + names[n + 1 :]))
    for found in re.finditer(_SORTED, bare):
        if not found[1].endswith(("DESC", "NULLS LAST")):
            yield (found.end(1), found.end(1), " DESC")


# --- What can be changed in Python ----------------------------------------------------------------------------------

_COMPARED: dict[type, tuple[str, tuple[str, ...]]] = {
    ast.Lt: (r"<", ("<=", ">=")), ast.LtE: (r"<=", ("<", ">")), ast.Gt: (r">", (">=", "<=")), ast.GtE: (r">=", (">", "<")),
    ast.Eq: (r"==", ("!=",)), ast.NotEq: (r"!=", ("==",)), ast.Is: (r"is", ("is not",)), ast.IsNot: (r"is\s+not", ("is",)),
    ast.In: (r"in", ("not in",)), ast.NotIn: (r"not\s+in", ("in",)),
}  # fmt: skip
_COMPUTED: dict[type, tuple[str, str]] = {
    ast.Add: (r"\+", "-"), ast.Sub: (r"-", "+"), ast.Mult: (r"\*", "/"), ast.Div: (r"/", "*"), ast.FloorDiv: (r"//", "/"),
    ast.Mod: (r"%", "*"), ast.Pow: (r"\*\*", "*"), ast.BitAnd: (r"&", "|"), ast.BitOr: (r"\|", "&"), ast.LShift: (r"<<", ">>"),
}  # fmt: skip
_CALLED = {"max": "min", "min": "max", "any": "all", "all": "any"}
_STATEMENT = re.compile(r"\b(SELECT|UPDATE|DELETE FROM|INSERT)\b|[<>=] \?")
_DRAWS = re.compile(r"\balt\.|_Panel|Chart")
_STYLE = ("Contract", "Column")  # tables that say what a column means


class _Finder(ast.NodeVisitor):
    """Gathers the changes of a module as (start, end, replacement), in bytes."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.found: list[tuple[int, int, str]] = []
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def _start(self, node: ast.AST) -> int:
        return self._lines[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def _swap(self, start: int, end: int, pattern: str, *instead: str) -> None:
        """Change the operator that stands between two operands."""
        found = re.search(pattern.encode(), self.source[start:end])
        if found:
            self.found += [(start + found.start(), start + found.end(), new) for new in instead]

    def visit_Compare(self, node: ast.Compare) -> None:
        left: ast.AST = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            pattern, instead = _COMPARED[type(op)]
            self._swap(self._end(left), self._start(right), pattern, *instead)
            left = right
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        is_text = any(isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), (str, bytes))
                      for side in (node.left, node.right))  # fmt: skip
        if type(node.op) in _COMPUTED and not is_text:
            self._swap(self._end(node.left), self._start(node.right), *_COMPUTED[type(node.op)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        word, instead = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._swap(self._end(left), self._start(right), rf"\b{word}\b", instead)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, (ast.Not, ast.Invert)):
            self.found.append((self._start(node), self._start(node.operand), ""))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", None)
        if name in _CALLED:
            self.found.append((self._start(node.func), self._end(node.func), _CALLED[name]))
        if name not in _STYLE:
            self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg != "strict":  # it asks for an error where there is none
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.found.append((self._start(node), self._end(node), str(not value)))
        elif isinstance(value, (int, float)):
            nearby = [value + 1, value - 1] if value >= 1 else [value + 1]
            self.found += [(self._start(node), self._end(node), repr(new)) for new in nearby]
        elif isinstance(value, str):
            self._statement(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._statement(node)

    def _statement(self, node: ast.AST) -> None:
        start, end = self._start(node), self._end(node)
        text = self.source[start:end].decode()
        if _STATEMENT.search(text) and '"""' not in text:
            self.found += [(start + len(text[:first].encode()), start + len(text[:last].encode()), new)
                           for first, last, new in in_sql(text)]  # fmt: skip

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if not (node.returns and _DRAWS.search(ast.unparse(node.returns))):
            for part in node.args.defaults + node.args.kw_defaults + node.body:
                if part is not None:
                    self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if getattr(node.targets[0], "id", None) != "TYPE_CHECKING":
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)


def mutants(path: str) -> list[Mutant]:
    """Return every change of a file but those that change nothing, in the order of its lines."""
    source = (ROOT / path).read_bytes()
    if path.endswith(".sql"):
        text = source.decode()
        spans = [
            (len(text[:start].encode()), len(text[:end].encode()), new) for start, end, new in in_sql(text)
        ]
    else:
        finder = _Finder(source)
        finder.visit(ast.parse(source))
        spans = finder.found
    made = []
    for start, end, new in sorted(set(spans)):
        first = source.rfind(b"\n", 0, start) + 1
        line = source[first : source.find(b"\n", start)].decode().strip()
        made.append(
            Mutant(path, source.count(b"\n", 0, start) + 1, start, end, source[start:end].decode(), new, line)
        )
    known = {entry[:3] for entry in EQUIVALENT}
    return [one for one in made if (path, one.text, one.change) not in known]


# --- Running --------------------------------------------------------------------------------------------------------


def covered(wanted: list[str]) -> dict[str, Cover]:
    """Return the files to change, each with the first row of the table that names it, of the layers or paths wanted."""
    found: dict[str, Cover] = {}
    for cover in COVERS:
        for source in cover.sources:
            for path in sorted(ROOT.glob(source)):
                found.setdefault(str(path.relative_to(ROOT)), cover)
    is_wanted = {
        path: cover.layer in wanted or path.startswith(tuple(wanted)) for path, cover in found.items()
    }
    return {path: cover for path, cover in found.items() if not wanted or is_wanted[path]}


def copy_tree(into: Path) -> Path:
    """Copy what git knows, and what it would take."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                            check=True).stdout  # fmt: skip
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)
    return into


# Runs the tests of a tree, each time in a fork of a process that has the libraries in it already: to load them takes
# longer than most tests. Of the tree itself nothing is loaded before.
_SERVER = """
import json, os, resource, sys
import altair, duckdb, hypothesis, pandas, pytest, scipy.stats
for line in sys.stdin:
    limit_s, arguments = json.loads(line)
    child = os.fork()
    if not child:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s))
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silence, stream)
        os._exit(pytest.main(arguments))
    print(child, flush=True)
    _, status, used = os.wait4(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime]), flush=True)
"""


class Tree:
    """A copy of the tree in which one mutant at a time is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_tree(folder)
        self._numbers = iter(range(1, 1 << 30))
        environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
        self._server = subprocess.Popen([sys.executable, "-c", _SERVER], cwd=folder, env=environ, text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip

    def fails(self, path: str, cover: Cover, limit_s: float) -> tuple[bool, float]:
        """Run the tests of a file until one fails; say also what of a processor's time they took."""
        assert self._server.stdin is not None and self._server.stdout is not None
        own = ["--doctest-modules", path] if cover.doctests else []
        arguments = ["-x", "-q", "-p", "no:cacheprovider", *own, *cover.tests]
        self._server.stdin.write(json.dumps([round(limit_s), arguments]) + "\n")
        process = int(self._server.stdout.readline())
        if not select.select([self._server.stdout], [], [], _WAITS * limit_s)[0]:
            os.killpg(process, signal.SIGKILL)
        status, used_s = json.loads(self._server.stdout.readline())
        return status != 0, used_s

    def time(self, path: str, cover: Cover) -> float:
        """Run the tests of a file as it is; they must pass. Return what of a processor's time they took."""
        has_failed, used_s = self.fails(path, cover, LONGEST_S)
        if has_failed:
            raise SystemExit(f"The tests of {path} fail, or take too long, without any change: {cover.tests}")
        return used_s

    def kills(self, mutant: Mutant, cover: Cover, limit_s: float) -> bool:
        """Make the change, run the tests, and take it back."""
        file = self.folder / mutant.path
        before, times = file.read_bytes(), file.stat()
        try:
            file.write_bytes(before[: mutant.start] + mutant.new.encode() + before[mutant.end :])
            changed = int(times.st_mtime) + next(
                self._numbers
            )  # byte code is told old from new by it, in seconds
            os.utime(file, (changed, changed))
            return self.fails(mutant.path, cover, limit_s)[0]
        finally:
            file.write_bytes(before)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def close(self) -> None:
        """End the process."""
        self._server.communicate()


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


def main() -> int:
    """Draw, try, print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    asked.add_argument(
        "only", nargs="*", help="layers (stats, sql, relations, metrics, collector) or paths; all"
    )
    asked.add_argument("--number", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--list", action="store_true", help="print what is drawn, and try none")
    options = asked.parse_args()
    covers = covered(options.only)
    every = [one for path in covers for one in mutants(path)]
    drawn = random.Random(options.seed).sample(every, min(options.number, len(every)))
    order = list(covers)
    drawn.sort(key=lambda one: (order.index(one.path), one.start, one.new))
    print(f"{len(drawn)} of {len(every)} changes of {len(covers)} files, seed {options.seed}", flush=True)
    for path, text, change, _ in EQUIVALENT:
        if path in covers and text not in (ROOT / path).read_text(encoding="utf-8"):
            print(f"EQUIVALENT names a line that is gone from {path}: {text} ({change})")
    if options.list:
        for one in drawn:
            print(f"{one.path}:{one.line}  {one.change}  | {one.text}")
        return 0
    results: Counter[tuple[str, bool]] = Counter()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        bench = Bench(Path(folder), options.jobs)
        used = {(covers[one.path], one.path if covers[one.path].doctests else ""): one.path for one in drawn}

        def timed(key: tuple[Cover, str]) -> float:
            with bench.tree() as tree:
                return tree.time(used[key], key[0])

        took = dict(zip(used, pool.map(timed, used), strict=True))

        def tried(one: Mutant) -> tuple[Mutant, bool]:
            cover = covers[one.path]
            alone = took[cover, one.path if cover.doctests else ""]
            with bench.tree() as tree:
                return one, tree.kills(one, cover, min(LONGEST_S, 10 + 4 * alone))

        for one, is_killed in pool.map(tried, drawn):
            results[covers[one.path].layer, is_killed] += 1
            said = "killed  " if is_killed else "SURVIVED"
            print(f"{said} {one.path}:{one.line}  {one.change}  | {one.text}", flush=True)
        bench.close()
    print(f"\n{'layer':<12}{'drawn':>7}{'killed':>8}{'survived':>10}{'share':>8}")
    for layer in [*dict.fromkeys(cover.layer for cover in covers.values()), "all"]:
        n = Counter(said for key, said in results.elements() if layer in (key, "all"))
        if n.total():
            print(f"{layer:<12}{n.total():>7}{n[True]:>8}{n[False]:>10}{n[True] / n.total():>8.0%}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
