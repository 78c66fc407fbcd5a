-- One row: one session on one day on which it was open, or on which a try of it failed.
-- Reads: error_chains, error_attempts, agent_registry, _open_days.
-- Edge cases: rows of one attempt number are one try, at its first row; a day without a failure is a row of 0; tries of
-- which the time is not known have a row without a day and without hours.
WITH tries AS (
    SELECT a.db, c.session_id, a.chain_id, a.attempt, min(a.failed_at) AS failed_at
    FROM error_attempts AS a JOIN _chains AS c ON c.db = a.db AND c.chain_id = a.chain_id
    GROUP BY ALL
),
seen AS (
    SELECT db, session_id, first_at AS seen_at, active_h, open_h, 0 AS n_failures FROM _open_days
    UNION ALL SELECT db, session_id, failed_at, 0, 0, 1 FROM tries
)
SELECT db, session_id, min(seen_at) AS seen_at, sum(active_h) AS active_h, sum(open_h) AS open_h,
    sum(n_failures) AS n_failures
FROM seen
GROUP BY db, session_id, day_of(seen_at)
ORDER BY db, seen_at NULLS LAST, session_id
