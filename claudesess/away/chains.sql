-- One row: one chain of failures that failed, or was closed, at or after $since; whenever it began.
-- Edge cases: outcome is where it stands now; n_failed are the failures from then on.
WITH failed AS (
    SELECT db, chain_id, count(DISTINCT attempt) AS n_failed FROM error_attempts WHERE failed_at >= $since
    GROUP BY db, chain_id
)
SELECT c.db, c.session_id, c.chain_id, c.kind, c.tried, c.error_category, c.file_path, c.agent_id, c.n_attempts,
    coalesce(f.n_failed, 0) AS n_failed, c.started_at, c.last_failed_at, c.closed_at, c.outcome
FROM error_chains AS c LEFT JOIN failed AS f ON f.db = c.db AND f.chain_id = c.chain_id
WHERE f.n_failed > 0 OR c.closed_at >= $since
ORDER BY c.started_at NULLS FIRST, c.db, c.chain_id
