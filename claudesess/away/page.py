"""What happened since a moment, for a terminal: first who waits, then what was done, at last what it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import pandas as pd
from rich.text import Text

from claudesess import spending, text
from claudesess.away.happened import Happened
from claudesess.report.reader import Reader

MOST = 10
"""So many of a kind are listed."""

_DAY = "%a %-d %b %Y %H:%M"
_OUTCOMES = {
    "fixed": "fixed",
    "escalated_research": "looked into, not fixed",
    "escalated_user": "the user was asked",
    "abandoned": "left",
    "open": "not fixed",
}
_STATUSES = {
    "completed": "completed",
    "failed": "failed",
    "running": "still running",
    **text.AGENT_STATUSES,
}
_OTHERS = {"run": "of programs that were run", "vcs": "of git", "probe": "of looks"}
_HELD_UP = {
    "client_error": "by errors of the client",
    "permission": "by asking for permission",
    "refused": "by refusals",
    "interrupt": "by interrupts",
    "cancelled": "by calls cancelled: interrupted, or with another one",
}
_TROUBLES = {
    "client_error": "error of the client",
    "permission": "permission asked for",
    "refused": "call refused",
    "interrupt": "interrupt",
    "cancelled": "call cancelled",
}
_TWO_DAYS_S = 172_800.0
_FILE = 60  # characters of a file's name

Row = dict[Any, Any]
Cells = Callable[[Row], tuple[list[str], str]]


def lines(
    happened: Happened,
    since: datetime,
    now: datetime,
    reader: Reader,
    *,
    prices: spending.Prices | None = None,
    most: int | None = MOST,
    last: datetime | None = None,
) -> Iterator[Text]:
    """Tell what happened.

    Parameters
    ----------
    happened
        What `claudesess.away.happened` found.
    since, now
        From when, and the present.
    reader
        Says the clock.
    prices
        A price table, for what it cost.
    most
        So many of a kind are listed; None: all.
    last
        When a session was last seen, where it is known.
    """
    page = _Page(reader, pd.Timestamp(since), pd.Timestamp(now), most)
    projects = happened.sessions["project"].dropna().astype(str).unique()
    page.files_called = text.below(happened.files["file_path"].dropna().astype(str), projects, _FILE)
    yield page.title()
    if all(frame.empty for frame in happened):
        seen = f" A session was last seen on {reader.clock(last, _DAY)}." if last else ""
        yield Text(f"Nothing happened.{seen}")
        return
    yield from page.sessions(happened.sessions)
    yield from page.waits(happened.waits)
    yield from page.troubles(happened.troubles)
    yield from page.tool_errors(happened.tool_errors)
    yield from page.agents(happened.agents)
    yield from page.chains(happened.chains)
    yield from page.files(happened.files)
    yield from page.commits(happened.commits)
    yield from page.compactions(happened.compactions)
    yield from page.rest()
    yield from page.tokens(happened.answers, prices)


class _Page:
    """The sections of the page; those in which there is nothing are named at the end."""

    def __init__(self, reader: Reader, since: pd.Timestamp, now: pd.Timestamp, most: int | None) -> None:
        self.reader, self.since, self.now, self.most = reader, since, now, most
        days = {reader.clock(time, "%Y-%m-%d") for time in (since, now)}
        is_one_year = len({day[:4] for day in days}) == 1
        self._form = "%H:%M" if len(days) == 1 else "%-d %b %H:%M" if is_one_year else "%-d %b %Y %H:%M"
        self._empty: list[str] = []
        self._unknown: list[str] = []
        self._has_imported = False
        self.files_called: dict[str, str] = {}

    def title(self) -> Text:
        at = f"{self.reader.clock(self.since, _DAY)}, {self.reader.zone_name(self.since)}"
        return Text(f"Since {at}: {_length((self.now - self.since).total_seconds())}", "bold")

    def sessions(self, found: pd.DataFrame) -> Iterator[Text]:
        if found.empty:
            self._empty.append("anything that happened in a session")
            return
        self._has_imported = bool(found["n_imported"].any())
        n = {name: int(found[name].sum()) for name in found if str(name).startswith("n_")}
        n_new, n_ended = int(found["is_new"].eq(True).sum()), int(found["is_open"].eq(False).sum())
        among = f"{text.count(len(found), 'session')} in {text.count(found['project'].nunique(), 'project')}"
        yield Text(f"{among}, {n_new:,} begun since, {n_ended:,} ended")
        yield Text(
            f"{text.count(n['n_prompts'], 'prompt')}; "
            f"{text.calls(n['n_calls'], n['n_failed_calls'], n['n_refused_calls'])}; "
            f"{text.count(n['n_tasks_done'], 'task')} done, "
            f"{text.count(n['n_rejected'], 'edit')} rejected by a check"
        )
        yield from self._listed(found, self._session)

    def waits(self, found: pd.DataFrame) -> Iterator[Text]:
        still, n_unseen = found[found["may_wait"]], int((found["over_at"].isna() & ~found["may_wait"]).sum())
        over = found["waited_s"].dropna()
        parts = [f"{_length(float(over.sum()))} in {text.count(len(over), 'turn')}"] if len(over) else []
        parts += [f"{len(still):,} may wait still"] if len(still) else []
        parts += [f"of {n_unseen:,} no end was seen"] if n_unseen else []
        summary = ", ".join(parts)
        if self._has_imported:
            summary += f"; what an imported turn waited for, {text.TOOLS_OR_PERMISSION}, is not known"
        yield from self._section("Waits for you", found, summary, self._wait, still)

    def troubles(self, found: pd.DataFrame) -> Iterator[Text]:
        yield from self._section("Held up", found, _counts(found["event"], _HELD_UP), self._trouble)

    def tool_errors(self, found: pd.DataFrame) -> Iterator[Text]:
        yield from self._section("Tool errors", found, "the tool did nothing", self._tool_error)

    def agents(self, found: pd.DataFrame) -> Iterator[Text]:
        summary = f"{int(found['is_new'].sum()):,} begun since; {_counts(found['status'], _STATUSES)}"
        yield from self._section("Agents", found, summary, self._agent)

    def chains(self, found: pd.DataFrame) -> Iterator[Text]:
        is_check = found["kind"].isna() | found["kind"].eq("check")
        checks, others = found[is_check], found[~is_check]
        yield from self._section("Failing checks", checks, _counts(checks["outcome"], _OUTCOMES), self._chain)
        yield from self._section("Other failures", others, _counts(others["kind"], _OTHERS), None)

    def files(self, found: pd.DataFrame) -> Iterator[Text]:
        summary = text.count(int(found["n_edits"].sum()), "edit")
        yield from self._section("Files edited", found, summary, self._file)

    def commits(self, found: pd.DataFrame) -> Iterator[Text]:
        if found.empty and self._has_imported:  # transcripts tell of no commit by its name
            self._unknown.append("commits")
        else:
            yield from self._section("Commits", found, "", self._commit)

    def compactions(self, found: pd.DataFrame) -> Iterator[Text]:
        yield from self._section("Compactions", found, "", self._compaction)

    def tokens(self, answers: pd.DataFrame, prices: spending.Prices | None) -> Iterator[Text]:
        yield Text()
        yield Text("Tokens", "bold")
        for line in spending.lines(answers, prices):
            yield Text(f"  {text.plain(line)}")

    def rest(self) -> Iterator[Text]:
        if self._empty:
            yield Text()
            yield Text(f"None: {', '.join(self._empty)}", "dim")
        if self._unknown:
            yield Text(f"Not known of imported sessions: {', '.join(self._unknown)}", "dim")

    def _section(
        self,
        name: str,
        found: pd.DataFrame,
        summary: str,
        cells_of: Cells | None,
        listed: pd.DataFrame | None = None,
    ) -> Iterator[Text]:
        if found.empty:
            self._empty.append(name.lower())
            return
        yield Text()
        yield Text.assemble((name, "bold"), f": {len(found):,}{summary and f'; {summary}'}")
        if cells_of is not None:
            yield from self._listed(found if listed is None else listed, cells_of)

    def _listed(self, found: pd.DataFrame, cells_of: Cells) -> Iterator[Text]:
        shown = found if self.most is None else found.head(self.most)
        for row in shown.to_dict("records"):
            cells, style = cells_of(row)
            line = "  ".join(" ".join(cell.split()) for cell in cells if cell)
            yield Text(f"  {text.plain(line)}", style)
        if len(found) > len(shown):
            yield Text(f"  … and {len(found) - len(shown):,} more (--all)", "dim")

    def _clock(self, time: Any) -> str:
        return self.reader.clock(time, self._form)

    def _span(self, start: Any, end: Any) -> str:
        return f"{self._clock(start)}–{'' if pd.isna(end) else self._clock(end)}"

    def _session(self, row: Row) -> tuple[list[str], str]:
        span = self._span(row["first_at"], row["last_at"])
        calls = text.calls(row["n_calls"], row["n_failed_calls"], row["n_refused_calls"])
        end = "end not seen" if row["is_open"] is not False else "ended"
        return [_short(row), _project(row), span, calls, end], ""

    def _wait(self, row: Row) -> tuple[list[str], str]:
        ended = f"turn ended {self._clock(row['began_at'])}, nothing seen since"
        return [_short(row), _project(row), ended], "bold yellow"

    def _trouble(self, row: Row) -> tuple[list[str], str]:
        reason = text.stated(row["text"], "").replace("\\n", "\n")  # of a gate that answers in JSON
        command, _, finding = reason.partition("\n")
        if command.startswith("$ ") and finding:  # a gate's
            reason = finding
        what, why = text.stated(row["what"], ""), text.shortened(reason, 80)
        event = _TROUBLES.get(str(row["event"]), str(row["event"]))
        cells = [self._clock(row["happened_at"]), _short(row), f"{event}: {what}" if what else event, why]
        return cells, "red" if row["event"] == "client_error" else ""

    def _tool_error(self, row: Row) -> tuple[list[str], str]:
        why = text.shortened(text.stated(row["text"], ""), 100)
        return [self._clock(row["happened_at"]), _short(row), text.stated(row["what"]), why], ""

    def _agent(self, row: Row) -> tuple[list[str], str]:
        described = text.stated(row["task_description"], "task not known")
        task = f"{text.stated(row['agent_type'], 'agent')}: {described}"
        status = _STATUSES.get(str(row["status"]), text.stated(row["status"]))
        files = text.count(row["n_files"], "file")
        did = f"{text.calls(row['n_calls'], row['n_failed_calls'], 0)}, {files}"
        if not row["n_calls"]:  # it may have made none, or nothing tells of them
            did = f"no call seen, {files}" if row["n_files"] else "no call seen"
        cells = [self._span(row["spawned_at"], row["ended_at"]), text.shortened(task, 70), status, did]
        return cells, "red" if str(row["status"]) == "failed" else ""

    def _chain(self, row: Row) -> tuple[list[str], str]:
        tried = text.shortened(text.stated(row["tried"], text.stated(row["error_category"], "a check")), 70)
        before = max(row["n_attempts"] - row["n_failed"], 0)
        times = "once" if row["n_failed"] == 1 else text.count(row["n_failed"], "time")
        failed = f"failed {times}" if row["n_failed"] else "did not fail again"
        earlier = f", and {text.count(before, 'time')} before" if before else ""
        outcome = _OUTCOMES.get(str(row["outcome"]), str(row["outcome"]))
        at: str = "" if pd.isna(row["closed_at"]) else f" {self._clock(row['closed_at'])}"
        style = "" if row["outcome"] == "fixed" else "red"
        return [tried, f"{failed}{earlier}; {outcome}{at}"], style

    def _file(self, row: Row) -> tuple[list[str], str]:
        by = f" by {row['n_by']:,}" if row["n_by"] > 1 else ""
        edits = f"{text.count(row['n_edits'], 'edit')}{by}, {self._clock(row['last_at'])}"
        path = text.stated(row["file_path"])
        return [self.files_called.get(path, path), edits], ""

    def _commit(self, row: Row) -> tuple[list[str], str]:
        return [self._clock(row["committed_at"]), text.stated(row["sha"]), text.stated(row["branch"], "")], ""

    def _compaction(self, row: Row) -> tuple[list[str], str]:
        at: Any = row["ended_at"] if pd.isna(row["started_at"]) else row["started_at"]
        sizes = [
            f"{word} {row[name]:,}"
            for word, name in (("from", "tokens_before"), ("to", "tokens_after"))
            if pd.notna(row[name])
        ]
        tokens = f"{' '.join(sizes)} tokens" if sizes else ""
        return [self._clock(at), _short(row), text.stated(row["trigger"]), tokens], ""


def _counts(values: Iterable[Any], words: dict[str, str]) -> str:
    """Count values in the order of their words; what has no word stands for itself."""
    counts = Counter("not known" if pd.isna(one) else str(one) for one in values)
    order = [*words, *sorted(one for one in counts if one not in words)]
    return ", ".join(f"{counts[one]:,} {text.plain(words.get(one, one))}" for one in order if counts[one])


def _length(seconds: float) -> str:
    return text.clock(seconds) if seconds < _TWO_DAYS_S else f"{seconds / 86_400:.1f} days"


def _project(row: Row) -> str:
    return text.at_home(text.stated(row["project"]))


def _short(row: Row) -> str:
    return str(row["session_id"])[:8]
