"""The report: pages made of measures and templates, as one folder or one file."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from claudesess import files, text
from claudesess.asking import listing
from claudesess.beginning import beginning
from claudesess.contracts import RELATIONS
from claudesess.estimating.enough import left_out
from claudesess.report import (
    drawing,
    gaps,
    happened,
    in_short,
    lanes,
    look_at,
    questions,
    ranking,
    story,
    trends,
)
from claudesess.report.reader import Reader, Rows, clean
from claudesess.text import count

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from claudesess.noting.verdicts import Verdict
    from claudesess.store import Store

ANSWERS = "answers"
_TEMPLATES = "templates"
_BESIDE = 2  # findings that are named beside the first one
_FILE = 40  # characters of a file's name in the table of sessions
_CHOSEN = 6  # counts of the first page that are drawn; of the others it has the titles


class Source(NamedTuple):
    """What the pages are made of, as their header says it."""

    name: str
    is_sample: bool
    lost: tuple[str, ...] = ()  # what could not be read


class Meta(NamedTuple):
    """What the header says of the data."""

    projects: list[str]
    span: str
    n_sessions: int
    n_agents: int
    active_time: str
    tokens: str
    zone: str


class Beside(NamedTuple):
    """A finding as it is named beside the first one: with what it rests on, and what it costs."""

    title: str
    rests_on: str
    costs: str
    anchor: str


class Listed(NamedTuple):
    """A session in the table of sessions; numbers beside what they are sorted by."""

    db: str
    session_id: str
    begun: str
    begun_key: str
    about: str
    open_time: str
    open_key: float
    counts: list[int]
    page: str


class Listing(NamedTuple):
    """The table of sessions; a column that says nothing of any of them is not in it."""

    has_about: bool
    has_db: bool
    heads: list[str]
    rows: list[Listed]


class Recorded(NamedTuple):
    """What was recorded of one session, as the reader may see it, in order."""

    events: Rows
    chains: Rows
    claims: Rows


_SIGN = re.compile(r"(?<=\d) (?=[%×])")  # a number and its sign stay in one line
_COUNTS = {
    "n_prompts": "Prompts",
    "n_tool_calls": "Calls",
    "n_failed_calls": "Failed",
    "n_refused_calls": "Refused",
    "n_agents": "Agents",
    "n_compactions": "Compactions",
}
_NAMING = """
SELECT db, session_id, event, agent_id, text FROM session_events
WHERE event IN ('task', 'compaction', 'agent') AND text IS NOT NULL ORDER BY db, session_id, place
"""
_EDITED = """
SELECT db, session_id, file_path FROM file_claims WHERE session_id IS NOT NULL AND file_path IS NOT NULL
GROUP BY db, session_id, file_path ORDER BY db, session_id, count(*) DESC, min(id)
"""
_RECORDED = (("session_events", "place"), ("error_chains", "chain_id"), ("file_claims", "id"))


def _nothing() -> None:
    """Nobody waits for the next page."""


@dataclass
class Page:
    """One page: its key, its title, and what its template is given."""

    key: str
    title: str
    template: str
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Name of its file in a folder."""
        return "index.html" if self.key == ANSWERS else f"{self.key}.html"


class Report:
    """All pages of one store for one reader.

    Parameters
    ----------
    store
        An open store.
    reader
        Zone, and whether names may be known.
    source
        What the header says of where the data are from.
    n_sessions
        So many of the newest sessions get a page, and those that are to be looked at; 0: none.
    noted
        What the user changed, and whether it helped; strangers are not told.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        source: Source,
        *,
        n_sessions: int = 10,
        noted: Sequence[Verdict] = (),
    ) -> None:
        self._store, self._reader, self._source = store, reader, source
        self._n_sessions = n_sessions
        self._advance: Callable[[], object] = _nothing
        self._drawn: dict[str, questions.Drawn] = {}
        self.noted = [] if reader.is_stranger else list(noted)

    @property
    def n_steps(self) -> int:
        """How many charts and pages are to be drawn."""
        n_shown = sum(len(listing.names(question)) for question in self._questions)
        return n_shown + 1 + len(self._questions) + len(self._pages_of_sessions)

    def ask(self, pool: ProcessPoolExecutor | None = None) -> None:
        """Ask all and draw its charts, once, if there is one with the second process; show how far it is."""
        if self._drawn:
            return
        draw = partial(questions.drawn, reader=self._reader)
        self._drawn = ranking.ask_all(self._store, pool, also=draw, meanwhile=self._tell)

    def _tell(self) -> None:
        """Do what rests on no answer while others are worked out."""
        _ = self._told_sessions, self._gaps, self._trends
        for name in ("answers.html", "question.html", "session.html", "whole.html"):
            self._template(name)

    def folder(self, out: Path, advance: Callable[[], object] = _nothing) -> Path:
        """Write the pages into a folder, made when missing; return the first one."""
        self._advance = advance
        out.mkdir(parents=True, exist_ok=True)
        (out / "data").mkdir(exist_ok=True)
        for old in out.glob("session-*.html"):  # of a report with more sessions
            old.unlink()
        for shown in (one for every in self._shown.values() for one in every if one.drawn.csv):
            (out / "data" / f"{shown.seen.name}.csv").write_text(
                shown.drawn.csv, encoding="utf-8", newline=""
            )
        for page in self.pages():
            body = self._body(page, _in_folder)
            has_charts = "data-spec=" in body
            whole = self._whole(
                page.title, [(page.key, body)], _in_folder, page.key, script="charts.js" if has_charts else ""
            )
            (out / page.file).write_text(whole, encoding="utf-8")
            advance()
        if self._questions:
            (out / "charts.js").write_text(drawing.script(), encoding="utf-8")
        return out / "index.html"

    def single(self, out: Path, advance: Callable[[], object] = _nothing) -> Path:
        """Write all pages into one file; return it."""
        self._advance = advance
        out.parent.mkdir(parents=True, exist_ok=True)
        files.leave_alone(out)
        bodies = []
        for page in self.pages():
            bodies.append((page.key, self._body(page, _in_one_file)))
            advance()
        inline = drawing.script() if self._questions else ""
        out.write_text(
            self._whole("What the agents did", bodies, _in_one_file, "", inline=inline), encoding="utf-8"
        )
        return out

    def pages(self) -> Iterator[Page]:
        """Return every page, the answers first."""
        yield Page(ANSWERS, "What the agents did", "answers.html", self._given_answers())
        for name, every in self._shown.items():
            folder = listing.question(name)
            given = {"question": folder.QUESTION, "shown": every, "title": folder.TITLE}
            yield Page(_key(name), folder.TITLE, "question.html", given)
        yield from self._told_sessions

    # What is asked, each once

    @cached_property
    def _sessions(self) -> pd.DataFrame:
        from claudesess.listing import overview

        return overview.session_frame(self._store)

    @cached_property
    def _questions(self) -> list[str]:
        """The questions that have a page: none where there is nothing to ask."""
        return listing.questions() if len(self._sessions) else []

    @cached_property
    def _pages_of_sessions(self) -> dict[tuple[str, str], str]:
        """The key of the page of each session that has one, by the names in the store."""
        if not self._n_sessions or self._sessions.empty:
            return {}
        every = list(zip(self._sessions["db"], self._sessions["session_id"], strict=True))
        by_names = {self._names_of(one): one for one in every}
        looked = [
            by_names[look.db, look.session_id]
            for look in self._looks
            if (look.db, look.session_id) in by_names
        ]
        wanted = dict.fromkeys([*every[: self._n_sessions], *looked])
        return {one: f"session-{place}" for place, one in enumerate(wanted, start=1)}

    @cached_property
    def _page_of(self) -> dict[tuple[str, str], str]:
        """The same by the names that the reader may know."""
        return {self._names_of(one): page for one, page in self._pages_of_sessions.items()}

    def _names_of(self, session: tuple[str, str]) -> tuple[str, str]:
        return self._reader.text(session[0]), self._reader.text(session[1])

    @cached_property
    def _looks(self) -> list[look_at.Look]:
        return look_at.look_at(self._store, self._reader)

    @cached_property
    def _seen(self) -> dict[str, questions.Seen]:
        found = ranking.found(self._store)
        return {
            name: questions.seen(one, self._reader, found.of(name))
            for name, one in ranking.answers(self._store).items()
        }

    @cached_property
    def _shown(self) -> dict[str, list[questions.Shown]]:
        answers = ranking.answers(self._store)
        events = ranking.found(self._store).events if self._questions else {}
        shown: dict[str, list[questions.Shown]] = {}
        for question in self._questions:
            shown[question] = []
            for name in listing.names(question):
                drawn = self._drawn.get(name) or questions.drawn(answers[name], self._reader)
                one = questions.shown(answers[name], self._seen[name], drawn, self._reader, events.get(name))
                shown[question].append(one)
                self._advance()
        return shown

    # What the first page says

    def _given_answers(self) -> dict[str, Any]:
        if self._sessions.empty:
            return {"meta": self._meta(), "source": self._source, "beginning": beginning()}
        telling = ranking.ranked(self._store)
        ranked = [self._seen[one.measure.name] for one in telling]
        found = ranking.found(self._store)
        n_found = len({one.measure for one in found})
        # What costs next to no time is no headline: then it leads what happened, and what to look at.
        n_leading = min(n_found, 1) if found and found[0].is_worth_a_headline else 0
        n_drawn = n_found + min(
            _CHOSEN, sum(not ranking.is_nothing(self._store, one) for one in telling[n_found:])
        )
        return {
            "meta": self._meta(),
            "source": self._source,
            "lead": ranked[0] if n_leading else None,
            "happened": None
            if n_leading
            else happened.happened(self._sessions, self._page_of, self._reader, self._active),
            "beside": [self._beside(one) for one in ranked[n_leading:n_found][:_BESIDE]],
            "findings": ranked[n_leading:n_found],
            "counted": ranked[n_found:n_drawn],
            "more": ranked[n_drawn:],
            "noted": self.noted,
            "looks": self._looks,
            "begun_of": self._begun,
            "about_of": {self._names_of(one): about for one, about in self.about.items()},
            "next_step": look_at.next_step(self._looks),
            "trends": self._trends,
            "sessions": self._listed(),
            "judged": ranking.found(self._store).judged,
            "too_few": ranking.found(self._store).too_few,
            "not_enough": ranking.found(self._store).not_enough,
            "gaps": self._gaps,
        }

    def _beside(self, seen: questions.Seen) -> Beside:
        """Name a finding with the limits, and the sessions, of the very number in its title."""
        leading = [one for block in seen.blocks for one in block.strips if one.is_told]
        rests_on = ", ".join(
            [f"95 % limits {one.limits}" for one in leading[:1] if one.limits]
            + [f"in {count(one.n_sessions, 'session')}" for one in leading[:1]]
        )
        costs = seen.steps[0].costs if seen.steps else ""
        return Beside(seen.statement.title, rests_on, costs, f"{seen.question}-{seen.anchor}")

    @cached_property
    def _gaps(self) -> list[str]:
        return gaps.gaps(self._store)

    @cached_property
    def _trends(self) -> list[trends.Trend]:
        return trends.trends(self._store, self._reader)

    @cached_property
    def _active(self) -> str:
        hours = self._store.sql("SELECT coalesce(sum(active_h), 0) AS hours FROM _open_days")["hours"]
        return text.clock(float(hours.iloc[0]) * 3600)

    def _meta(self) -> Meta:
        sessions, reader = self._sessions, self._reader
        projects = self._store.sql(
            "SELECT DISTINCT project FROM session_covariates WHERE project IS NOT NULL ORDER BY 1"
        )
        tokens = self._store.sql(
            "SELECT count(*) AS n, sum(input_tokens + cache_write_tokens) AS read,"
            " sum(output_tokens) AS written, sum(cache_read_tokens) AS cached FROM model_answers"
        ).iloc[0]
        first, last = sessions["started_at"].min(), sessions["last_seen_at"].max()
        days = (reader.clock(first, "%-d %b %Y"), reader.clock(last, "%-d %b %Y"))
        sums = ", ".join(
            f"{_short(number)} {what}"
            for number, what in (
                (tokens["read"], "read"),
                (tokens["written"], "written"),
                (tokens["cached"], "from cache"),
            )
            if pd.notna(number)
        )
        return Meta(
            [reader.text(one) for one in projects["project"]],
            days[0] if days[0] == days[1] else " – ".join(days),
            len(sessions),
            int(sessions["n_agents"].sum()),
            self._active,
            sums if tokens["n"] else "",
            reader.zone_name(last),
        )

    @cached_property
    def about(self) -> dict[tuple[str, str], str]:
        """What each session was about, in a line; strangers are not told."""
        if self._reader.is_stranger:
            return {}
        events: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self._store.rows(_NAMING):
            events.setdefault((row["db"], row["session_id"]), []).append(row)
        files: dict[tuple[str, str], list[str]] = {}
        for row in self._store.rows(_EDITED):
            files.setdefault((row["db"], row["session_id"]), []).append(row["file_path"])
        return {
            one: in_short.in_a_line(events.get(one, []), list(text.apart(files.get(one, []), _FILE).values()))
            for one in {*events, *files}
        }

    @property
    def _begun(self) -> dict[tuple[str, str], str]:
        """When each session began, by the names that the reader may know."""
        times = self._sessions[["db", "session_id", "started_at"]].itertuples(index=False)
        return {
            self._names_of((db, session)): self._reader.clock(at, "%-d %b %Y, %H:%M")
            for db, session, at in times
            if pd.notna(at)
        }

    def _listed(self) -> Listing:
        counts = [name for name in _COUNTS if self._sessions[name].any()]
        reader = self._reader
        rows = [
            Listed(
                reader.text(row["db"]),
                reader.text(row["session_id"]),
                reader.clock(row["started_at"]),
                "" if pd.isna(row["started_at"]) else row["started_at"].isoformat(),
                self.about.get((row["db"], row["session_id"]), ""),
                text.clock(row["open_h"] * 3600),
                round(row["open_h"], 4),
                [int(row[name]) for name in counts],
                self._pages_of_sessions.get((row["db"], row["session_id"]), ""),
            )
            for row in self._sessions.sort_values("started_at", ascending=False, kind="stable").to_dict(
                "records"
            )
        ]
        return Listing(
            any(one.about for one in rows),
            len({one.db for one in rows}) > 1,
            [_COUNTS[name] for name in counts],
            rows,
        )

    # Sessions

    @cached_property
    def _told_sessions(self) -> list[Page]:
        if not self._pages_of_sessions:
            return []
        recorded = self._recorded(self._pages_of_sessions)
        rows = {(row["db"], row["session_id"]): row for row in self._sessions.to_dict("records")}
        return [
            self._session_page(rows[one], key, recorded[one]) for one, key in self._pages_of_sessions.items()
        ]

    def session(self, db: str, session_id: str) -> str:
        """Return what is told of one session: lanes, and what happened in order, as a part of a page."""
        every = self._sessions
        own = every[(every["db"] == db) & (every["session_id"] == session_id)]
        recorded = self._recorded([(db, session_id)])[db, session_id]
        page = self._session_page(own.to_dict("records")[0], "session", recorded)
        return self._body(page, _within)

    def _session_page(self, row: dict[Any, Any], key: str, recorded: Recorded) -> Page:
        """Tell one session."""
        reader, db, session = self._reader, row["db"], row["session_id"]
        items = story.story(recorded.events, recorded.chains, reader)
        title = f"Session of {reader.clock(row['started_at'], '%-d %b %Y, %H:%M')}"
        facts = [
            text.count(int(row["n_prompts"]), "prompt"),
            text.calls(row["n_tool_calls"], row["n_failed_calls"], row["n_refused_calls"]),
            text.count(int(row["n_agents"]), "agent"),
            text.count(int(row["n_compactions"]), "compaction"),
            f"open for {text.clock(row['open_h'] * 3600)}",
        ]  # fmt: skip
        given = {
            "title": title,
            "name": reader.text(session)[:8],
            "db": reader.text(db),
            "facts": facts,
            "zone": reader.zone_name(row["started_at"]),
            "picture": lanes.picture(recorded.events, reader),
            "short": in_short.in_short(recorded.events, recorded.chains, recorded.claims, items, reader),
            "items": items,
            "is_open": bool(row["is_open"]),
        }
        return Page(key, title, "session.html", given)

    def _recorded(self, sessions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Recorded]:
        """Return what was recorded of sessions; each relation is asked once."""
        sessions = list(sessions)
        of_relations = [self._of_sessions(sessions, *each) for each in _RECORDED]
        return {one: Recorded(*(rows.get(one, []) for rows in of_relations)) for one in sessions}

    def _of_sessions(
        self, sessions: list[tuple[str, str]], relation: str, order: str
    ) -> dict[tuple[str, str], Rows]:
        query = f"SELECT * FROM {relation} WHERE list_contains($ids, session_id) ORDER BY db, {order}"
        ids = sorted({session for _, session in sessions})
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self._store.rows(query, {"ids": ids}):
            found.setdefault((row["db"], row["session_id"]), []).append(row)
        return {one: self._reader.rows(rows, RELATIONS[relation]) for one, rows in found.items()}

    # Templates

    def _body(self, page: Page, href: Callable[[str, str], str]) -> str:
        prefix = "" if href is _in_folder else f"{page.key}--"
        body: str = self._template(page.template).render(
            **page.given,
            key=page.key,
            href=href,
            id=lambda anchor: f"{prefix}{anchor}",
            page_of=lambda db, session: self._page_of.get((db, session), ""),
            page_key=_key,
            csv_href=_csv_in_folder if href is _in_folder else _csv_inline,
        )
        return body

    def _whole(
        self,
        title: str,
        bodies: list[tuple[str, str]],
        href: Callable[[str, str], str],
        current: str,
        *,
        script: str = "",
        inline: str = "",
    ) -> str:
        menu = [
            (ANSWERS, "Answers"),
            *((_key(name), listing.question(name).TITLE) for name in self._questions),
        ]
        whole: str = self._template("whole.html").render(
            title=title,
            bodies=bodies,
            href=href,
            current=current,
            menu=menu,
            is_single=href is _in_one_file,
            is_sample=self._source.is_sample,
            lost=[self._reader.text(one) for one in self._source.lost],
            style=_asset("page.css"),
            own_script=_asset("page.js"),
            script=script,
            inline=inline,
        )
        return whole

    def _template(self, name: str) -> jinja2.Template:
        return _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("claudesess.report", _TEMPLATES),
        autoescape=True,
        finalize=clean,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = count
    environment.filters["left_out"] = left_out
    environment.filters["coded"] = _coded
    environment.filters["uncoded"] = text.quoted
    return environment


def _coded(words: str) -> Markup:
    """Set code as code; all else, and what is in it, stays text."""
    return Markup(
        text.coded(
            _SIGN.sub("\N{NO-BREAK SPACE}", clean(words)),
            lambda code: f"<code>{escape(code)}</code>",
            lambda one: str(escape(one)),
        )
    )


def _asset(name: str) -> str:
    return (Path(__file__).parent / _TEMPLATES / name).read_text(encoding="utf-8")


def _within(page: str, anchor: str = "") -> str:
    return f"#{anchor}"


def _in_folder(page: str, anchor: str = "") -> str:
    file = "index.html" if page == ANSWERS else f"{page}.html"
    return f"{file}#{anchor}" if anchor else file


def _in_one_file(page: str, anchor: str = "") -> str:
    return f"#{page}--{anchor}" if anchor else f"#{page}"


def _csv_in_folder(shown: questions.Shown) -> str:
    return f"data/{shown.seen.name}.csv"


def _csv_inline(shown: questions.Shown) -> str:
    return "data:text/csv;base64," + base64.b64encode(shown.drawn.csv.encode("utf-8")).decode("ascii")


def _key(question: str) -> str:
    return re.sub("_", "-", question)


def _short(number: float) -> str:
    """Print a large number in few characters.

    Examples
    --------
    >>> _short(950), _short(12_345), _short(4_200_000), _short(5_100_000_000)
    ('950', '12k', '4.2M', '5.1G')
    """
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.{1 if number < 10 * size else 0}f}{letter}"
    return f"{number:.0f}"
