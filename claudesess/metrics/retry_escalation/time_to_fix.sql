-- One row: one chain of failures, with the time from its first failure to the first thing seen to happen to it.
-- Reads: error_chains, error_attempts, agent_registry, session_windows.
-- Edge cases: time in which the session was left is no waiting. A chain that was escalated or abandoned is taken to have
-- been so at the try after which that was seen; one that is still open was watched to the session's last sign of life.
-- NULL where a success has no time, or the session's windows are not known.
WITH tries AS (SELECT db, chain_id, attempt, min(failed_at) AS failed_at FROM error_attempts GROUP BY ALL),
lasts AS (SELECT db, session_id, max(end_at) AS end_at FROM session_windows GROUP BY ALL),
ends AS (
    SELECT c.*, CASE c.first_event WHEN 'fixed' THEN c.closed_at WHEN 'open' THEN l.end_at
            ELSE t.failed_at END AS until_at
    FROM _chains AS c
    LEFT JOIN lasts AS l ON l.db = c.db AND l.session_id = c.session_id
    LEFT JOIN tries AS t ON t.db = c.db AND t.chain_id = c.chain_id AND t.attempt = c.first_event_attempt
),
waited AS (
    SELECT e.db, e.chain_id,
        sum(epoch_us(least(w.end_at, e.until_at) - greatest(w.start_at, e.started_at))) / 1e6 AS observed_s
    FROM ends AS e JOIN session_windows AS w
        ON w.db = e.db AND w.session_id = e.session_id AND w.start_at <= e.until_at AND w.end_at >= e.started_at
    GROUP BY e.db, e.chain_id
)
SELECT e.db, e.session_id, e.chain_id, e.started_at, e.kind, e.error_category, e.agent_type, e.tried, e.first_event,
    w.observed_s
FROM ends AS e LEFT JOIN waited AS w ON w.db = e.db AND w.chain_id = e.chain_id
ORDER BY e.db, e.chain_id
