"""Sessions as a transcript database of inspect_scout: what is known of each, without what was said in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.export.sessions import FULLEST, Word

if TYPE_CHECKING:
    from claudesess.store import Store

_OURS = ("source_type", "agent")  # words that are in no data
_TRANSCRIPTS = f"""
WITH fullest AS ({FULLEST}),
active AS (
    SELECT db, session_id, sum(active_h) * 3600 AS active_s, sum(open_h) * 3600 AS open_s
    FROM _open_days GROUP BY db, session_id
),
chains AS (
    SELECT db, session_id, count(*) AS n_chains, count(*) FILTER (outcome = 'fixed') AS n_chains_fixed,
        max(n_attempts) AS most_attempts
    FROM error_chains GROUP BY db, session_id
),
tokens AS (
    SELECT db, session_id, sum(coalesce(input_tokens, 0) + coalesce(cache_read_tokens, 0)
        + coalesce(cache_write_tokens, 0) + coalesce(output_tokens, 0)) AS n
    FROM model_answers GROUP BY db, session_id
)
SELECT s.session_id AS transcript_id, 'claudesess' AS source_type, s.session_id AS source_id,
    strftime(s.started_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') AS "date", c.project AS task_set,
    s.session_id AS task_id, 'claude-code' AS agent, s.model, a.active_s AS total_time, t.n AS total_tokens,
    s.db, c.client_version, s."source" AS started_by, s.end_reason, s.is_open, a.open_s, s.n_prompts,
    s.n_tool_calls, s.n_failed_calls, s.n_errors, coalesce(n.n_chains, 0) AS n_chains,
    coalesce(n.n_chains_fixed, 0) AS n_chains_fixed, n.most_attempts, s.n_agents, s.n_compactions, s.n_files
FROM sessions AS s JOIN fullest USING (db, session_id) JOIN session_covariates AS c USING (db, session_id)
LEFT JOIN active AS a USING (db, session_id)
LEFT JOIN chains AS n USING (db, session_id)
LEFT JOIN tokens AS t USING (db, session_id)
ORDER BY s.started_at NULLS LAST, s.session_id"""


def transcripts(store: Store, *, word: Word = str) -> pd.DataFrame:
    """Return a row per session, as inspect_scout wants transcripts.

    Parameters
    ----------
    store
        An open store.
    word
        Says what texts of the data are told as, such as pseudonyms.

    Returns
    -------
    DataFrame
        The columns of its schema that are known (``transcript_id``, ``source_type``, ``source_id``, ``date``,
        ``task_set`` the project, ``task_id``, ``agent``, ``model``, ``total_time`` the active seconds,
        ``total_tokens`` read and written), and what it takes as metadata: counts of prompts, calls, failures,
        agents, compactions and files. Of a session in several databases the fullest. No messages, for none
        are recorded; ``transcript_id`` and ``source_id`` are the client's session, as where inspect_scout
        reads transcripts of the client itself.
    """
    found = store.sql(_TRANSCRIPTS)
    sessions = {
        str(name): column.map(word, na_action="ignore").astype("string")
        for name, column in found.items()
        if isinstance(column.dtype, pd.StringDtype) and name not in _OURS
    }
    return found.assign(**sessions)
