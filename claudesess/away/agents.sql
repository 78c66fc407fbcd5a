-- One row: one agent that ran at or after $since, whenever it began; calls and files are those from then on.
-- Edge cases: an agent that is registered as running and of which nothing was seen from then on has no row. Of one whose
-- start was missed the end counts.
WITH ran AS (
    SELECT db, agent_id FROM agent_spans WHERE end_at >= $since
    UNION
    SELECT db, agent_id FROM agent_runs WHERE ended_at >= $since AND spawned_at IS NULL
),
calls AS (
    SELECT db, agent_id, count(*) AS n_calls, count(*) FILTER (NOT is_ok) AS n_failed_calls
    FROM tool_calls WHERE ended_at >= $since AND agent_id IS NOT NULL GROUP BY db, agent_id
),
edits AS (
    SELECT db, agent_id, count(DISTINCT file_path) AS n_files
    FROM file_claims WHERE "timestamp" >= $since AND agent_id IS NOT NULL GROUP BY db, agent_id
)
SELECT r.db, r.session_id, r.agent_id, r.agent_type, r.task_description, r.status, r.spawned_at, r.ended_at,
    coalesce(r.spawned_at >= $since, false) AS is_new,
    coalesce(c.n_calls, 0) AS n_calls, coalesce(c.n_failed_calls, 0) AS n_failed_calls, coalesce(f.n_files, 0) AS n_files
FROM ran JOIN agent_runs AS r ON r.db = ran.db AND r.agent_id = ran.agent_id
LEFT JOIN calls AS c ON c.db = r.db AND c.agent_id = r.agent_id
LEFT JOIN edits AS f ON f.db = r.db AND f.agent_id = r.agent_id
ORDER BY r.spawned_at NULLS FIRST, r.db, r.agent_id
