"""Do limits that say 95 % hold in 95 of 100 projects? Writes docs/recovery.md.

``make recovery``, or ``python benchmarks/recovery.py [--projects 1000]``. Projects with planted truth are
drawn (`recovery_draws.py`); the measures' own ``estimate(sums(units))`` is asked; the table says how often
its limits held the truth, and how far off it was on the whole. Every row has a seed made of its name,
set before the first run. What is done is kept in ``--kept``, so that a run that was killed goes on where it
was; once the page is written the file goes.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from recovery_draws import (
    FAMILIES,
    FINDS,
    GROUPS,
    PLAYED_TRUTH,
    SESSIONS,
    TRUE_ROWS,
    USUAL,
    Family,
    Found,
    first_is_high,
    held,
)
from scipy import stats as st

from claudesess.simulate import units
from claudesess.stats import compare, placebo
from claudesess.stats.intervals import Estimates

SEED = 15_000


class Cell(NamedTuple):
    """What came of one estimate in many projects of one kind.

    Attributes
    ----------
    estimate, process, sessions, hidden
        The estimate, how the projects were drawn, sessions of each, and the share of outcomes that is hidden.
    coverage, by_rows
        Share of projects whose limits held the truth; of limits that take every row for independent.
    bias
        Mean error in points, as a share of the truth for rates, of what asking costs for minutes. For a time:
        how much more or less than the wanted share has truly ended by the time that stands in the middle of
        all projects' estimates.
    bias_error
        Its standard error, over projects.
    told
        Share of projects in which there was an estimate; of the others limits count where there are any.
    n, projects
        Projects with limits, and all that were drawn.
    """

    estimate: str
    process: str
    sessions: int
    hidden: float
    coverage: float
    by_rows: float
    bias: float
    bias_error: float
    told: float
    n: int
    projects: int

    @property
    def verdict(self) -> str:
        """Say whether the target is met, missed by more than 1,000 projects can be wrong, or exceeded."""
        said = judge(self.coverage, self.n, *target(self.estimate, self.process, self.sessions))
        is_off = abs(self.bias) - 2.58 * self.bias_error > 0.02
        return said if not is_off else "off" if said == "ok" else f"{said}, off"


def target(estimate: str, process: str, sessions: int) -> tuple[float, float]:
    """Return the coverage that is asked for: from, to."""
    if sessions >= 20:
        return 0.92, 0.98
    return (0.85 if "rate" in estimate and process == "uneven" else 0.90), 1.0


def judge(coverage: float, n: int, low: float, high: float) -> str:
    """Return ``ok``, ``short`` or ``wide``, allowing for what `n` projects cannot tell (binomial, 99 %)."""
    if not n:
        return "-"
    limits = st.binomtest(round(coverage * n), n).proportion_ci(0.99)
    return "short" if limits.high < low else "wide" if limits.low > high else "ok"


def seed_of(*name: object) -> int:
    """Return the seed of a row: other rows may come and go."""
    return SEED + zlib.crc32(" ".join(map(str, name)).encode()) % 1_000_000


Rows = list[tuple[Any, ...]]


class Kept:
    """Rows that are done, in a file if there is one; those of more projects than are asked for stand, too."""

    def __init__(self, path: Path | None, n_projects: int) -> None:
        self.path, self.n_projects = path, n_projects
        self.done: dict[str, list[list[Any]]] = {}
        if path is not None and path.exists():
            lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            self.done = {name: rows for n, name, rows in sorted(lines) if n >= n_projects}

    def rows(self, name: tuple[object, ...], draw: Callable[[int], Rows]) -> list[list[Any]]:
        """Return the rows of a name, drawn with its seed unless they are there."""
        key = " | ".join(map(str, name))
        if key not in self.done:
            self.done[key] = [list(row) for row in draw(seed_of(*name))]
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([self.n_projects, key, self.done[key]]) + "\n")
        return self.done[key]


NOT_KEPT = Kept(None, 0)


def cells(n_projects: int, kept: Kept = NOT_KEPT) -> Iterator[Cell]:
    """Draw and judge every cell."""
    for family in FAMILIES:
        for process, plan in family.processes.items():
            for hidden in family.hidden:
                if getattr(plan, "is_informative", False) and not hidden:
                    continue
                for n_sessions in SESSIONS:
                    name = family.draw.__name__, process, n_sessions, hidden
                    rows = kept.rows(
                        name,
                        lambda seed, name=name, family=family, plan=plan: _cells(  # type: ignore[misc]
                            name, family, plan, n_projects, seed
                        ),
                    )
                    yield from (Cell(*row) for row in rows)


def _cells(name: tuple[str, str, int, float], family: Family, plan: Any, n_projects: int, seed: int) -> Rows:
    _, process, n_sessions, hidden = name
    drawn = replace(plan, **{family.hides: hidden}) if any(family.hidden) else plan
    made = []
    for estimate, seen in family.draw(drawn, n_projects, n_sessions, seed).items():
        coverage, n = held(seen.ours, seen.true)
        by_rows = held(seen.by_rows, seen.true)[0] if seen.by_rows else np.nan
        told = float((~np.isnan(seen.ours.estimate)).mean())
        made.append(
            (estimate, process, n_sessions, hidden, coverage, by_rows, *seen.bias, told, n, n_projects)
        )
    return made


PLANTED = (
    ("nothing", 0.3, 0.0),
    ("30 % against 50 %", 0.5, 0.0),
    ("nothing, but it gets worse with time", 0.3, 2.0),
)


class Alarm(NamedTuple):
    """How often a difference was called where there is none (or one was planted)."""

    question: str
    planted: str
    sides: str
    by_rows: float
    called: float
    n: int


def comparisons(n_projects: int) -> Iterator[Alarm]:
    """Compare two sets of sessions of the same process, and of processes that differ."""
    for first, second in ((8, 8), (8, 30), (20, 20), (50, 50)):
        for planted, worse, drift in PLANTED:
            if drift and first != 20:
                continue
            called, by_rows = [], []
            plans = (replace(USUAL, drift=drift), replace(USUAL, share=worse, drift=drift))
            if drift:
                whole = units.counts(plans[0], n_projects, first + second, SEED + 900)
                table = np.stack([whole.events, whole.n], axis=1).reshape(n_projects, -1, 2)
            else:
                parts = [
                    units.counts(plan, n_projects, n, SEED + 901 + at + 10 * first + second)
                    for at, (plan, n) in enumerate(zip(plans, (first, second), strict=True))
                ]
                table = np.concatenate(
                    [np.stack([part.events, part.n], axis=1).reshape(n_projects, -1, 2) for part in parts],
                    axis=1,
                )
            sides = np.arange(first + second) >= first
            for sums in table:
                seen = compare.compare(sums, sides, rows="share", draws=499)
                called.append((seen.low > 0 or seen.high < 0) and not seen.p >= 0.05)
                by_rows.append(seen.p_rows < 0.05)
            yield Alarm(
                "share, two sets of sessions", planted, f"{first} and {second}",
                float(np.mean(by_rows)), float(np.mean(called)), n_projects,
            )  # fmt: skip


def controls(n_projects: int) -> Iterator[Alarm]:
    """Ask whether calls fail more often after a compaction than before it, and than after placebos."""
    processes = {
        "nothing": USUAL,
        "odds of failing times 2": replace(USUAL, effect=0.7),
        "nothing, compactions by what no call shows": replace(USUAL, cuts_by_failures=0.0, cuts_in_hard=0.8),
    }
    for planted, plan in processes.items():
        called: dict[str, list[bool]] = {}
        for at in range(n_projects):
            for name, gap in _gaps(units.calls(plan, 1, 20, SEED + 2_000 + at), at).items():
                called.setdefault(name, []).append(bool(gap.low[0] > 0 or gap.high[0] < 0))
        for name, calls in called.items():
            yield Alarm(f"failures {name}", planted, "20", np.nan, float(np.mean(calls)), n_projects)


def _gaps(seen: units.Calls, seed: int) -> dict[str, Estimates]:
    """Compare failures after compactions with those before them, and with those after placebos."""
    length = np.bincount(seen.session, minlength=20)
    begin = np.cumsum(length) - length
    total = np.concatenate([[0], np.cumsum(seen.counts)])
    place = np.flatnonzero(seen.is_cut)
    session, index = seen.session[place], seen.at[place]
    recent = total[:-1] - total[np.maximum(np.arange(len(seen.at)) - 10, begin[seen.session])]
    n_after = placebo._calls_after(session, index, length, placebo.WINDOW)
    n_both = np.minimum(n_after, index)

    def failed(start: Any, n: Any) -> Any:
        return total[start + n] - total[start]

    def by_session(of: Any, k: Any, n: Any) -> tuple[Any, Any]:
        return np.bincount(of, k, 20), np.bincount(of, n, 20)

    gaps = {
        "after against before": compare.differences(
            *by_session(session, failed(place, n_both), n_both),
            *by_session(session, failed(place - n_both, n_both), n_both),
        )
    }
    for name, state in (("placebos", None), ("placebos with as many failures just before", recent)):
        cuts = placebo.placebo_cuts(session, index, length, seed=seed, state=state)
        kept = np.unique(cuts.cut)
        # A placebo counts for the session of the moment that it stands for.
        where, of = begin[cuts.session] + cuts.at, session[cuts.cut]
        control = by_session(of, failed(where, cuts.n_after), cuts.n_after)
        result = by_session(session[kept], failed(place[kept], n_after[kept]), n_after[kept])
        gaps[f"after against {name}"] = compare.differences(
            *result, *(part / placebo.DRAWS for part in control)
        )
    n = np.minimum(n_both[cuts.cut], cuts.at)
    change = by_session(of, failed(where, n) - failed(where - n, n), n)
    here, m = place[kept], n_both[kept]
    own = by_session(session[kept], failed(here, m) - failed(here - m, m), m)
    gaps["change against change at those"] = compare.differences(
        *own, *(part / placebo.DRAWS for part in change)
    )
    return gaps


class Groups(NamedTuple):
    """How limits of many small groups hold, and how often the first one is truly high."""

    estimate: str
    process: str
    sessions: int  # or groups, where there are none
    coverage: float
    alone: float
    first: float
    first_alone: float
    n: int

    @property
    def verdict(self) -> str:
        """Judge coverage as if every project had one group: they are alike in what is drawn together."""
        return judge(self.coverage, self.n, *target(self.estimate, self.process, self.sessions))


def small_groups(n_projects: int, kept: Kept = NOT_KEPT) -> Iterator[Groups]:
    """Draw projects of many small groups; ask if limits hold, and if the first is among the highest."""
    for estimate, draw, processes, sizes in GROUPS:
        for process, plan in processes.items():
            for size in sizes:

                def judged(
                    seed: int,
                    one: tuple[Any, ...] = (estimate, process, size),
                    draw: Any = draw,
                    plan: Any = plan,
                ) -> Rows:
                    seen = draw(plan, n_projects, one[2], seed)
                    inside = [
                        float(((low <= seen.true) & (seen.true <= high)).mean())
                        for low, high in ((seen.low, seen.high), seen.alone)
                    ]
                    first = [first_is_high(seen, value) for value in (seen.low, seen.raw)]
                    return [(*one, *inside, *first, len(np.unique(seen.project)))]

                [row] = kept.rows(("groups", estimate, process, size), judged)
                yield Groups(*row)


def finds(n_projects: int, kept: Kept = NOT_KEPT) -> Iterator[Found]:
    """Draw projects with something planted; ask if it is found."""
    for find, planted, sizes in FINDS:
        for what in planted:
            for size in sizes:

                def found(seed: int, find: Any = find, what: str = what, size: int = size) -> Rows:
                    return [find(what, n_projects, size, seed)]

                [row] = kept.rows(("found", find.__name__, what, size), found)
                yield Found(*row)


def page(n_projects: int, kept: Kept = NOT_KEPT) -> str:
    """Draw everything and write the page."""
    every = list(cells(n_projects, kept))
    order = list(dict.fromkeys(cell.estimate for cell in every))
    lines = [
        HEAD.format(n=f"{max(cell.projects for cell in every):,}", seed=f"{SEED:,}",
                    truth=f"{units.TRUTH_SESSIONS:,}", played=f"{PLAYED_TRUTH:,}", rows=f"{TRUE_ROWS:,}"),
        "| estimate | process | sessions | hidden | projects | coverage | by rows | bias | told | |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for cell in sorted(every, key=lambda cell: order.index(cell.estimate)):
        lines.append(
            f"| {cell.estimate} | {cell.process} | {cell.sessions} | {cell.hidden:.0%} "
            f"| {cell.projects:,} | {_two(cell.coverage)} | {_two(cell.by_rows)} | {_signed(cell.bias)} "
            f"| {cell.told:.0%} | {cell.verdict} |"
        )
    half, quarter = max(n_projects // 2, 50), max(n_projects // 4, 50)
    told = [*alarms(comparisons, half, kept), *alarms(controls, half, kept)]
    lines += [
        ALARMS.format(n=told[0].n),
        "| question | planted | sessions | by rows | called |",
        "|---|---|---|---|---|",
    ]
    for alarm in told:
        by_rows = "" if np.isnan(alarm.by_rows) else _two(alarm.by_rows)
        lines.append(
            f"| {alarm.question} | {alarm.planted} | {alarm.sides} | {by_rows} | {_two(alarm.called)} |"
        )
    groups = list(small_groups(quarter, kept))
    lines += [
        GROUPS_TEXT.format(n=groups[0].n),
        "| estimate | process | sessions | coverage | alone | first is high | alone | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in groups:
        numbers = " | ".join(map(_two, (one.coverage, one.alone, one.first, one.first_alone)))
        lines.append(f"| {one.estimate} | {one.process} | {one.sessions} | {numbers} | {one.verdict} |")
    found = list(finds(quarter, kept))
    lines += [
        FINDS_TEXT.format(n=found[0].n),
        "| what | planted | sessions | found | named falsely |",
        "|---|---|---|---|---|",
    ]
    for seen in found:
        lines.append(
            f"| {seen.question} | {seen.planted} | {seen.sessions} | {_two(seen.found)} "
            f"| {_two(seen.falsely)} |"
        )
    return "\n".join([*lines, TAIL])


def alarms(ask: Callable[[int], Iterator[Alarm]], n_projects: int, kept: Kept) -> list[Alarm]:
    """Return the alarms of a question, kept all at once."""
    return [Alarm(*row) for row in kept.rows(("alarms", ask.__name__), lambda _: list(ask(n_projects)))]


def _signed(bias: float) -> str:
    return "–" if np.isnan(bias) else f"{bias:+.1%}"


def _two(share_of: float) -> str:
    return "–" if np.isnan(share_of) else f"{share_of:.3f}".lstrip("0") if share_of < 1 else "1"


HEAD = """# Do the limits hold?

Written by `make recovery`, of up to {n} made-up projects a row; each row has a seed of its own, from {seed}
on. What is judged are the measures themselves, asked for sums of made-up units, or, where they have to find
these (overwritten edits, second looks, agents side by side), for sums of what they found in made-up calls. In
every project sessions differ: in size, in how well things go, in how long they take. Limits that say 95 %
should hold the truth in 92 to 98 of 100 projects with twenty sessions or more, and in at least 90 with five
(85 for rates of uneven sessions).

| estimate | what is asked; the same statistics stand behind |
|---|---|
| share | `compaction_continuity.rereads`; all other shares, such as `named`, `repeats`, `next_step` |
| rate per hour | `agent_throughput.rate`; `retry_escalation.failures` |
| fixed by attempt; attempts | `retry_escalation.outcome_by_attempt` |
| completed by; seconds | `agent_throughput.duration`; `time_to_fix`, `time_to_recover` |
| hidden, green checks | `checks.hidden_status` |
| reruns that flip | `checks.flapping` |
| minutes saved | `checks.when_to_ask`, an answer costs ten minutes |
| edits that drop another's | `files.overwritten` |
| looked at again | `agents.looked_again` |
| work over time | `agents.parallel_gain` |

- **hidden**: chains that are still open, agents whose end was not seen; of checks those whose exit status is
  hidden. The truth counts chains and agents as they would have ended: it is counted on a run of very many
  sessions in which nothing is hidden and nothing breaks the estimate ({truth}; {played} where each is played,
  {rows} of a dozen checks or more).
- **by rows**: coverage of the usual limits, which take every call, chain or agent for independent (Wilson,
  Poisson, Kaplan–Meier; an open chain is taken for one that survived its last attempt); for times of 100
  projects.
- **bias**: in points for shares, relative for rates, attempts and work over time, of the price of an answer
  for minutes saved; for times, how much more (or less) than the
  wanted share has truly ended by the estimate in the middle of all. Only where three projects in four have a
  number: those that have one where most have not are not like the others.
  **told**: projects in which there was an estimate; in the others nobody was watched so long (for nine in
  ten: one agent in twelve fails, and never completes), and that is said instead of a number.
- **short** or **wide**: outside of the target by more than chance allows (binomial, 99 %); **off**: a bias
  of more than two points, or 2 %.

Rows of a process other than *usual* break what the estimate takes for granted; they show what happens then.
"""

ALARMS = """
## Alarms

{n} projects a row. How often a difference is called at 5 %: where nothing is planted it should be 5 in 100
or less, where something is, as often as possible. Compactions come in hard stretches here: the more often,
the more of the last ten calls failed. So more calls fail after them than at other times although they do
nothing; placebos with as many failures just before them are the control that holds. A change against the
change at those does not: they stand out of calmer surroundings, and so fall further back.
"""

GROUPS_TEXT = """
## Many small groups

{n} projects a row. Groups are drawn together; coverage is over all groups of all projects that have limits.
*Alone* is the interval of the group by itself (Wilson, of counts Poisson) and the highest raw number. *First
is high*: how often the group that is put first belongs to the highest fifth.
"""

FINDS_TEXT = """
## What is found

{n} projects a row: how often what is planted is found, and how often something is named that is not there.
"""

TAIL = """
## What stays short, and why

- **Hidden for a reason.** No method sees what the reason took away. Where agents fall silent because they
  take long, chains stay open in sessions that go badly, or failed checks print nothing, estimates are off by
  what the rows say, and their limits do not know.
- **What leaves no row.** Edits by hand make checks look flaky; what a sender works while its agents run
  shows only in its calls; an edit that is lost shows where a file was written unread, or where a check fails
  that had passed: where checks are seldom run, half of the lost ones are not found, so that their share is a
  lower bound, by a point or two also where all are run. What a sender looks at anyway counts as looked at
  again: there the control, not the limits, says what is too much.
- **A few huge sessions.** Where sessions are of very different size the result is that of the largest ones,
  and few projects hold one that is as large as they can be: limits are too narrow, most of all where the
  large ones are the bad ones.
- **Rates of very uneven sessions** (a session in six is three times as long as the middle one, or longer, and
  rates differ as much) need more than fifty sessions.
- **When to ask.** What going on costs shows in late failures. Where nobody was seen to try again after the
  fourth no number is told: of five sessions with most chains open in one project of six.
- **Many open chains of few sessions**: by the third attempt limits are wider than need be.
- **A step that is none.** Where more and more fails the fuller the context is, without a step, a knee is
  named in some projects, in more the more sessions there are.
- **A split by date is no experiment.** What drifts with time is called a difference between before and after,
  and is one; that the date is why is another matter.
- **Compactions by what no call shows.** Placebos are matched on what was seen.
"""


def main() -> None:
    root = Path(__file__).parents[1]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=1_000)
    parser.add_argument("--out", type=Path, default=root / "docs/recovery.md")
    parser.add_argument("--kept", type=Path, default=root / "build/recovery.jsonl")
    asked = parser.parse_args()
    asked.out.write_text(page(asked.projects, Kept(asked.kept, asked.projects)), encoding="utf-8")
    asked.kept.unlink(missing_ok=True)
    sys.stdout.write(f"{asked.out}\n")


if __name__ == "__main__":
    main()
