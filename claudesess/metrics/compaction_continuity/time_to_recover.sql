-- One row: one compaction, with how many calls and seconds the main thread took to its first edit and success.
-- Reads: compactions, tool_calls, file_claims, session_windows.
-- Edge cases: what was not seen is censored: calls and seconds until the next compaction or the session's end. An edit
-- by the shell is an edit. A success is a shell command's; where a writer records no checks it is NULL. Time in which
-- the session was left is no waiting; seconds are NULL where its windows are not known.
WITH by_shell AS (
    SELECT DISTINCT db, session_id, "timestamp" AS edited_at FROM file_claims
    WHERE operation = 'Bash' AND agent_id IS NULL AND "timestamp" IS NOT NULL
),
recorded AS (
    SELECT db, session_id, bool_or(aim IS NOT NULL) AS has_checks FROM _calls GROUP BY db, session_id
),
calls AS (
    SELECT w.db, w.compaction_id, c.ended_at, c.tool, c.is_ok, c.aim, s.edited_at IS NOT NULL AS is_by_shell,
        row_number() OVER (PARTITION BY w.db, w.compaction_id ORDER BY c.ended_at, c.call_id) AS place
    FROM _watched AS w
    JOIN _calls AS c ON c.db = w.db AND c.session_id = w.session_id AND c.ended_at > w.moment_at
        AND (w.until_at IS NULL OR c.ended_at <= w.until_at)
    LEFT JOIN by_shell AS s ON s.db = c.db AND s.session_id = c.session_id AND s.edited_at = c.ended_at
    WHERE c.agent_id IS NULL
),
marked AS (
    SELECT *,
        is_ok IS NOT FALSE AND (tool IN ('Edit', 'MultiEdit', 'NotebookEdit', 'Write')
            OR (tool IN ('Bash', 'PowerShell') AND is_by_shell)) AS is_edit,
        coalesce(is_ok, false) AND tool IN ('Bash', 'PowerShell') AND aim IS NOT NULL AS is_pass
    FROM calls
),
firsts AS (
    SELECT db, compaction_id, count(*) AS n_calls,
        min(place) FILTER (is_edit) AS edit_calls, arg_min(ended_at, place) FILTER (is_edit) AS edit_at,
        min(place) FILTER (is_pass) AS pass_calls, arg_min(ended_at, place) FILTER (is_pass) AS pass_at
    FROM marked GROUP BY db, compaction_id
),
known AS (
    SELECT w.*, r.has_checks, coalesce(f.n_calls, 0) AS n_calls, f.edit_calls, f.pass_calls, f.edit_at, f.pass_at,
        coalesce(f.edit_at, w.until_at) AS edit_until_at, coalesce(f.pass_at, w.until_at) AS pass_until_at
    FROM _watched AS w
    JOIN recorded AS r ON r.db = w.db AND r.session_id = w.session_id
    LEFT JOIN firsts AS f ON f.db = w.db AND f.compaction_id = w.compaction_id
),
waited AS (
    SELECT k.db, k.compaction_id,
        sum(epoch_us(least(o.end_at, k.edit_until_at) - greatest(o.start_at, k.resumed_at))) FILTER (
            greatest(o.start_at, k.resumed_at) <= least(o.end_at, k.edit_until_at)
        ) / 1e6 AS edit_s,
        sum(epoch_us(least(o.end_at, k.pass_until_at) - greatest(o.start_at, k.resumed_at))) FILTER (
            greatest(o.start_at, k.resumed_at) <= least(o.end_at, k.pass_until_at)
        ) / 1e6 AS pass_s
    FROM known AS k JOIN session_windows AS o ON o.db = k.db AND o.session_id = k.session_id
    GROUP BY k.db, k.compaction_id
)
SELECT m.db, m.session_id, m.compaction_id, m.number, m.moment_at, m."trigger",
    CASE WHEN k.compaction_id IS NOT NULL THEN coalesce(k.edit_calls, k.n_calls) END AS edit_calls,
    CASE WHEN k.edit_until_at IS NOT NULL THEN s.edit_s END AS edit_s,
    CASE WHEN k.compaction_id IS NOT NULL THEN k.edit_at IS NOT NULL END AS is_edit_seen,
    CASE WHEN k.has_checks THEN coalesce(k.pass_calls, k.n_calls) END AS pass_calls,
    CASE WHEN k.has_checks AND k.pass_until_at IS NOT NULL THEN s.pass_s END AS pass_s,
    CASE WHEN k.has_checks THEN k.pass_at IS NOT NULL END AS is_pass_seen
FROM _moments AS m
LEFT JOIN known AS k ON k.db = m.db AND k.compaction_id = m.compaction_id
LEFT JOIN waited AS s ON s.db = m.db AND s.compaction_id = m.compaction_id
ORDER BY m.db, m.number
