"""What a store says of itself in a notebook: what is in it, what was not loaded, what to ask next."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess import text

if TYPE_CHECKING:
    from claudesess.store.engine import Store

MOST = 10
"""So many databases are listed."""

_COUNTS = {
    "n_sessions": "sessions",
    "n_agents": "agents",
    "n_failed_calls": "failed calls",
    "n_compactions": "compactions",
}
_STEPS = (
    ("claudesess.measures()", "what can be asked"),
    ('claudesess.overview(store, "retry_escalation")', "all answers to a question"),
    ("claudesess.explore(store)", "the same with controls"),
    ("claudesess.frames.sessions(store)", "the sessions, a row each; other relations likewise"),
    ('store.session("{session}")', "what happened in the last session, in order"),
    ('store.sql("SELECT tool, count(*) AS n FROM tool_calls GROUP BY tool")', "SQL over all tables"),
    ('claudesess.describe("tool_calls")', "what the columns of a relation mean"),
)


def html(store: Store) -> str:
    """Return the page, as part of one: a table of databases, and lines of code to go on with."""
    counted = "n_agents, n_failed_calls, n_compactions"
    sessions = store.sql(f"SELECT db, session_id, started_at, last_seen_at, {counted} FROM sessions")
    parts = [
        _title(store, sessions),
        _table(store.databases, sessions),
        _problems(store.problems),
        _steps(sessions),
    ]
    return f'<div class="claudesess-store">{"".join(parts)}</div>'


def _title(store: Store, sessions: pd.DataFrame) -> str:
    counts = f"{text.count(len(sessions), 'session')} in {text.count(len(store.databases), 'database')}"
    first, last = sessions["started_at"].min(), sessions["last_seen_at"].max()
    span = f", {_day(first)} to {_day(last)}" if pd.notna(first) and pd.notna(last) else ""
    return f"<p><b>{_text(f'{counts}{span}')}</b></p>"


def _table(databases: pd.DataFrame, sessions: pd.DataFrame) -> str:
    of = sessions.groupby("db")
    summed = of[["n_agents", "n_failed_calls", "n_compactions"]].sum().assign(n_sessions=of.size())
    summed["last_at"] = of["last_seen_at"].max()
    found = databases[["db"]].merge(summed, how="left", on="db")
    found = found.sort_values("last_at", ascending=False, na_position="last", kind="stable")
    heads = "".join(f"<th>{word}</th>" for word in ("database", *_COUNTS.values(), "last seen (UTC)"))
    rows = "".join(map(_row, found.head(MOST).to_dict("records")))
    more = f"<p>… and {len(found) - MOST:,} more</p>" if len(found) > MOST else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _row(row: dict[Any, Any]) -> str:
    counts = "".join(
        f'<td style="text-align: right">{0 if pd.isna(row[name]) else int(row[name]):,}</td>'
        for name in _COUNTS
    )
    last = "–" if pd.isna(row["last_at"]) else f"{row['last_at']:%Y-%m-%d %H:%M}"
    return f"<tr><td>{_text(row['db'])}</td>{counts}<td>{last}</td></tr>"


def _problems(problems: pd.DataFrame) -> str:
    if problems.empty:
        return ""
    counts = problems["severity"].value_counts()
    counted = ", ".join(
        f"{counts[one]:,} {one}" for one in ("error", "warning", "info") if counts.get(one, 0)
    )
    return f"<p>Not loaded: {_text(counted)}; <code>store.problems</code> says what.</p>"


def _steps(sessions: pd.DataFrame) -> str:
    if sessions.empty:
        return "<p>Nothing was recorded yet: <code>claudesess doctor</code> says whether recording works.</p>"
    last = sessions.sort_values("last_seen_at", na_position="first")["session_id"].iloc[-1]
    steps = (
        f"<li><code>{_text(code.format(session=last))}</code> {_text(what)}</li>" for code, what in _STEPS
    )
    return f"<p>Go on with</p><ul>{''.join(steps)}</ul>"


def _day(time: pd.Timestamp) -> str:
    return f"{time:%-d %b %Y}"


def _text(value: Any) -> str:
    return escape(text.plain(str(value)))
