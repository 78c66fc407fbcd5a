"""The data dictionary: a page for every relation, out of its contract."""

from __future__ import annotations

import re

import claudesess
from claudesess.contracts import DERIVED, ESTIMATES, RAW, RELATIONS, Contract
from claudesess_docs import ROOT, markup


def pages() -> dict[str, str]:
    """Return a page for every relation, and the one that lists them, by address."""
    made = {f"relations/{name}.md": _page(contract) for name, contract in RELATIONS.items()}
    return made | {"relations/index.md": _index(), "relations/estimates.md": _page(ESTIMATES)}


def _index() -> str:
    kinds = [
        ("Tables of a database", "Written by the collector, or by the import of transcripts.", RAW),
        ("Made of these", "What measures read. Each is one SQL file.", DERIVED),
        ("What a measure returns", "One contract for all.", {"estimates": ESTIMATES}),
    ]
    parts = [
        "# Data dictionary",
        'What every row and column means. `claudesess.describe("tool_calls")` gives a page of it as a frame, '
        "`claudesess sql` lists the tables, `claudesess.frames.tool_calls(store)` loads one. Every row "
        "begins with `db`, the file that it is of; what is not known is NA, never a zero or an empty text.",
    ]
    for title, said, contracts in kinds:
        rows = [
            (f"[`{name}`]({name}.md)", f"one row: {markup.plain(one.grain)}")
            for name, one in contracts.items()
        ]
        parts += [f"## {title}", said, markup.table(["relation", "what a row is"], rows)]
    return "\n\n".join(parts) + "\n"


def _page(contract: Contract) -> str:
    rows = [
        (
            f"`{one.name}`",
            one.dtype,
            one.unit,
            markup.plain(one.doc) + (f" ({', '.join(one.values)})" if one.values else ""),
            "" if one.nullable else "always there",
            markup.plain(one.source),
        )
        for one in contract.columns
    ]
    parts = [
        f"# {contract.name}",
        f"One row: {markup.plain(contract.grain)}.",
        f"A row is named by {', '.join(f'`{name}`' for name in contract.key)}." if contract.key else "",
        markup.table(["column", "type", "unit", "meaning", "", "from"], rows),
        *_keys(contract.name),
        *_made_of(contract.name),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _keys(relation: str) -> list[str]:
    """Say what stands below a column, in JSON texts and families of facts."""
    if relation not in RELATIONS:
        return []
    below = claudesess.describe(relation).dropna(subset=["key"])
    if below.empty:
        return []
    rows = [
        (f"`{row.column}`", f"`{row.key}`", markup.plain(row.meaning))
        for row in below.itertuples(index=False)
    ]
    return ["## What stands in its texts", markup.table(["column", "key", "meaning"], rows)]


def _made_of(relation: str) -> list[str]:
    """Say how a derived relation is made: the comments of its SQL, in which tests are named, and the SQL."""
    file = ROOT / "claudesess" / "relations" / "sql" / f"{relation}.sql"
    if not file.is_file():
        return []
    sql = file.read_text(encoding="utf-8")
    (header,) = re.findall(r"\A((?:--.*\n)*)", sql)
    body = sql.removeprefix(header)
    said = header.replace("-- ", "").replace("--", "")
    return ["## How it is made", f"```text\n{said.strip()}\n```", f'??? quote "The SQL"\n\n{_indented(body)}']


def _indented(sql: str) -> str:
    return "\n".join(f"    {line}" for line in ["```sql", *sql.strip().split("\n"), "```"])
