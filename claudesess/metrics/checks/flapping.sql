-- One row: one run of a check after an earlier one of the same session of which it is known how it went, nothing being
-- edited from the beginning of the earlier run to the end of the later one.
-- Reads: tool_calls, file_claims, error_chains.
-- Edge cases: edits of all agents and of all sessions of the database count. Not every client says what a shell command
-- changes: any that is no look and no check may have. A check whose own run changed files (it mends what it finds) is no
-- rerun. Another spelling (another folder, another
-- option) is no rerun, pipes and redirections aside. Runs without an answer are passed over.
WITH runs AS (
    SELECT db, session_id, call_id, aim, spelling, is_ok, ended_at, coalesce(began_at, ended_at) AS began_at,
        CASE WHEN agent_id IS NULL THEN 'main thread' ELSE agent_type END AS agent_type
    FROM tool_calls WHERE kind = 'check' AND aim IS NOT NULL AND is_ok IS NOT NULL AND ended_at IS NOT NULL
),
pairs AS (
    SELECT *, lag(is_ok) OVER runs_of AS was_ok, lag(began_at) OVER runs_of AS since_at
    FROM runs WINDOW runs_of AS (PARTITION BY db, session_id, aim, spelling ORDER BY ended_at, call_id)
    QUALIFY was_ok IS NOT NULL
),
changes AS (
    SELECT db, "timestamp" AS changed_at FROM file_claims WHERE "timestamp" IS NOT NULL
    UNION ALL
    SELECT db, ended_at FROM tool_calls
    WHERE kind IN ('run', 'vcs') AND tool IN ('Bash', 'PowerShell') AND ended_at IS NOT NULL
)
SELECT p.db, p.session_id, p.call_id, p.ended_at, p.aim, n.tried, p.agent_type, p.was_ok, p.is_ok,
    p.was_ok <> p.is_ok AS is_flip, p.was_ok AND NOT p.is_ok AS is_broken
FROM pairs AS p
ASOF LEFT JOIN changes AS c ON c.db = p.db AND p.ended_at >= c.changed_at
LEFT JOIN _named AS n ON n.db = p.db AND n.aim = p.aim
WHERE c.changed_at IS NULL OR c.changed_at < p.since_at
ORDER BY p.db, p.ended_at, p.call_id
