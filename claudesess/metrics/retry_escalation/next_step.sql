-- One row: one failed try of a chain to which nothing had happened yet, with what came next.
-- Reads: error_chains, error_attempts, agent_registry.
-- Edge cases: tries after the chain's first event are no rows. The last try of a chain that is still open: `open`.
WITH tries AS (
    SELECT db, session_id, chain_id, kind, error_category, agent_type, started_at, first_event, first_event_attempt,
        unnest(range(1, first_event_attempt + 1)) AS attempt
    FROM _chains
),
times AS (SELECT db, chain_id, attempt, min(failed_at) AS failed_at FROM error_attempts GROUP BY ALL)
SELECT t.db, t.session_id, t.chain_id, t.attempt, coalesce(e.failed_at, t.started_at) AS failed_at, t.kind,
    t.error_category, t.agent_type,
    CASE WHEN t.attempt < t.first_event_attempt THEN 'retried' ELSE t.first_event END AS next_step
FROM tries AS t LEFT JOIN times AS e ON e.db = t.db AND e.chain_id = t.chain_id AND e.attempt = t.attempt
ORDER BY t.db, t.chain_id, t.attempt
