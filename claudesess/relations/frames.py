"""Every relation as a typed pandas frame: one function per relation, under the relation's own name.

The columns, their types and what they mean are `describe()`; they are the same for every store, and a frame
of no rows has them too. Rows come in a fixed order: by `db`, then by time or id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess.audit.coverage import coverage as coverage
from claudesess.audit.issues import audit as audit
from claudesess.contracts import DICTIONARY, ESTIMATES, OBJECT, RELATIONS, Column, Contract, dictionary
from claudesess.errors import ClaudesessError

if TYPE_CHECKING:
    from claudesess.store import Store

_KINDS: dict[str | None, type] = {"list": list, "dict": dict}


def load(store: Store, relation: str) -> pd.DataFrame:
    """Return one relation, by its name.

    Parameters
    ----------
    store
        An open store.
    relation
        One of the names in `claudesess.contracts.RELATIONS`.

    Returns
    -------
    pandas.DataFrame
        Exactly the columns and types of the relation's contract. JSON columns hold lists and dicts; text that
        is not such JSON reads as None, and `audit` counts it.

    Raises
    ------
    ClaudesessError
        There is no such relation, or the store is closed.
    """
    contract = _contract(relation)
    return contract.cast(_parsed(store.sql(f'SELECT * FROM "{relation}"'), contract))


def project_state(store: Store) -> pd.DataFrame:
    """Return the cached facts of each project: one row per key."""
    return load(store, "project_state")


def agent_registry(store: Store) -> pd.DataFrame:
    """Return the spawned agents as registered: one row per agent; `agent_runs` has durations."""
    return load(store, "agent_registry")


def file_claims(store: Store) -> pd.DataFrame:
    """Return the edits that succeeded: one row per edit of a file."""
    return load(store, "file_claims")


def session_metrics(store: Store) -> pd.DataFrame:
    """Return the facts of sessions as key and value: one row per fact."""
    return load(store, "session_metrics")


def failed_paths(store: Store) -> pd.DataFrame:
    """Return the approaches that were tried and rejected: one row per approach."""
    return load(store, "failed_paths")


def error_log(store: Store) -> pd.DataFrame:
    """Return the failed attempts as they were logged: one row per failure; see `error_attempts`."""
    return load(store, "error_log")


def context_snapshots(store: Store) -> pd.DataFrame:
    """Return the snapshots taken around compactions and at session ends: one row per snapshot."""
    return load(store, "context_snapshots")


def hook_events(store: Store) -> pd.DataFrame:
    """Return every execution of a hook, doubled deliveries (``dup``) too: one row per execution."""
    return load(store, "hook_events")


def llm_verdicts(store: Store) -> pd.DataFrame:
    """Return the verdicts of judges (prompt hooks): one row per verdict."""
    return load(store, "llm_verdicts")


def sessions(store: Store) -> pd.DataFrame:
    """Return the sessions with their times and counts: one row per session seen in any table."""
    return load(store, "sessions")


def session_windows(store: Store) -> pd.DataFrame:
    """Return when each session was open: one row per time; more than one where it was taken up again."""
    return load(store, "session_windows")


def agent_runs(store: Store) -> pd.DataFrame:
    """Return how long each agent was observed, censored where its end was not seen: one row each."""
    return load(store, "agent_runs")


def agent_spans(store: Store) -> pd.DataFrame:
    """Return when each agent ran: one row per time; more than one where it stopped and was taken up again."""
    return load(store, "agent_spans")


def tool_calls(store: Store) -> pd.DataFrame:
    """Return the tool calls that ended, well or not: one row per call; rejected calls fire no event."""
    return load(store, "tool_calls")


def error_chains(store: Store) -> pd.DataFrame:
    """Return the chains of failures of one check, with what became of them: one row per chain."""
    return load(store, "error_chains")


def error_attempts(store: Store) -> pd.DataFrame:
    """Return the failed attempts, numbered in their chains: one row per error_log row."""
    return load(store, "error_attempts")


def compactions(store: Store) -> pd.DataFrame:
    """Return the compactions, with what was open when each began: one row per compaction."""
    return load(store, "compactions")


def model_answers(store: Store) -> pd.DataFrame:
    """Return the model's answers with their tokens, as imported transcripts tell: one row per answer."""
    return load(store, "model_answers")


def session_covariates(store: Store) -> pd.DataFrame:
    """Return what sets sessions apart (project, model, client, instructions, source): one row per session."""
    return load(store, "session_covariates")


def session_events(store: Store) -> pd.DataFrame:
    """Return what happened in each session, in order: one row per thing; `Store.session` has one's."""
    return load(store, "session_events")


def describe(relation: str | None = None) -> pd.DataFrame:
    """Return the data dictionary: one row per column, per key of a JSON text and per family of facts.

    Parameters
    ----------
    relation
        Of this relation alone, or of ``"estimates"``, what every measure answers with; None: of all.

    Returns
    -------
    pandas.DataFrame
        `relation`, `column`, `key` (NA: the column itself is meant), `type`, `unit`, `meaning`, `values` (the
        known ones, comma-separated), `nullable`, `source` and `read_by`, all text but `nullable`. Keys of an
        item of a list stand below the list's name. The keys of `session_metrics.event_type` are the families
        of facts, those of `value` stand below their family.

    Raises
    ------
    ClaudesessError
        There is no such relation.

    Examples
    --------
    >>> describe("agent_spans")[["column", "type", "unit"]].values.tolist()[-1]
    ['end_at', 'datetime64[us, UTC]', 'UTC']
    >>> describe().query("column == 'payload_summary' and key == 'tool_ms'").read_by.item()
    '_hook_facts'
    """
    asked = RELATIONS if relation is None else {relation: _contract(relation, {"estimates": ESTIMATES})}
    return DICTIONARY.cast(pd.DataFrame(list(dictionary.entries(asked)), columns=DICTIONARY.names))


def _contract(relation: str, others: Mapping[str, Contract] | None = None) -> Contract:
    contracts = {**RELATIONS, **(others or {})}
    if relation not in contracts:
        raise ClaudesessError(f"There is no relation {relation!r}. There are: {', '.join(contracts)}.")
    return contracts[relation]


def _parsed(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    objects = [column for column in contract.columns if column.dtype == OBJECT]
    return frame.assign(**{c.name: [_object(text, c) for text in frame[c.name].tolist()] for c in objects})


def _object(text: Any, column: Column) -> Any:
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, _KINDS[column.unit]) else None
