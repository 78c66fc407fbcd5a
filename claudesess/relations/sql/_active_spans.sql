-- One row: one time in which a session was active: no two signs of life of it, one after the other, were more than five
-- minutes apart.
-- Reads: _session_signs.
-- Read by measures of what happens per active hour, through _open_days.
-- Edge cases:
--   * Whoever gives the sign counts: the main thread, an agent, a person.
--     test_session_covariates.py::test_a_session_is_active_where_signs_are_five_minutes_apart_or_less
--   * A sign with no other within five minutes is a time of no length.
--     test_session_covariates.py::test_a_session_is_active_where_signs_are_five_minutes_apart_or_less
WITH signs AS (
    SELECT db, session_id, seen_at, coalesce(
            seen_at - lag(seen_at) OVER (PARTITION BY db, session_id ORDER BY seen_at) > INTERVAL 5 MINUTE, true
        ) AS is_new
    FROM _session_signs WHERE seen_at IS NOT NULL
),
stretches AS (
    SELECT db, session_id, seen_at, sum(is_new::INT) OVER (
            PARTITION BY db, session_id ORDER BY seen_at ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM signs
)
SELECT db, session_id, min(seen_at) AS start_at, max(seen_at) AS end_at
FROM stretches
GROUP BY db, session_id, stretch
ORDER BY db, session_id, start_at
