-- One row: one failed try of a chain, up to the first thing seen to happen to it, and what the next try was.
-- Reads: error_chains, error_attempts, session_windows.
-- Edge cases: after a try at which the chain was escalated or left, or is still open, nobody knows how the next one would
-- have gone. The time to the next try is that in which the session was open.
WITH chains AS (
    SELECT * FROM error_chains WHERE $kind = 'all' OR kind = $kind OR kind IS NULL
),
moments AS (SELECT db, chain_id, attempt, min(failed_at) AS failed_at FROM error_attempts GROUP BY ALL),
tries AS (
    SELECT c.*, m.attempt, m.failed_at,
        lead(m.failed_at) OVER (PARTITION BY c.db, c.chain_id ORDER BY m.attempt) AS next_at
    FROM chains AS c JOIN moments AS m ON m.db = c.db AND m.chain_id = c.chain_id
),
known AS (
    SELECT *, CASE WHEN attempt < first_event_attempt THEN false
            WHEN attempt = first_event_attempt AND first_event = 'fixed' THEN true END AS is_fixed,
        CASE WHEN attempt < first_event_attempt THEN next_at
            WHEN attempt = first_event_attempt AND first_event = 'fixed' THEN closed_at END AS until_at
    FROM tries WHERE attempt <= first_event_attempt
),
waits AS (
    SELECT k.db, k.chain_id, k.attempt,
        sum(epoch_us(least(w.end_at, k.until_at) - greatest(w.start_at, k.failed_at))) / 6e7 AS wait_min
    FROM known AS k JOIN session_windows AS w
        ON w.db = k.db AND w.session_id = k.session_id AND w.start_at <= k.until_at AND w.end_at >= k.failed_at
    GROUP BY ALL
)
SELECT k.db, k.session_id, k.chain_id, k.attempt, k.failed_at, k.kind, k.error_category, k.is_fixed, w.wait_min,
    $minutes::DOUBLE AS asking_min
FROM known AS k
LEFT JOIN waits AS w ON w.db = k.db AND w.chain_id = k.chain_id AND w.attempt = k.attempt
ORDER BY k.db, k.chain_id, k.attempt
