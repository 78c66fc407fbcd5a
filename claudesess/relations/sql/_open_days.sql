-- One row: one session on one day (UTC) on which it was open, with the hours that it was open then.
-- Reads: session_windows.
-- Read by measures of what happens per hour.
-- Edge cases:
--   * A session that was open over midnight has a row on either day.
--     test_session_covariates.py::test_a_session_open_over_midnight_is_open_on_either_day
--   * A day on which it was open for no time, but seen, has a row of 0 hours.
--     test_session_covariates.py::test_a_session_open_over_midnight_is_open_on_either_day
WITH days AS (
    SELECT db, session_id, start_at, end_at,
        unnest(generate_series(date_trunc('day', start_at), end_at, INTERVAL 1 DAY)) AS day_at
    FROM session_windows
)
SELECT db, session_id, day_at, min(greatest(start_at, day_at)) AS first_at,
    sum(epoch_us(least(end_at, day_at + INTERVAL 1 DAY) - greatest(start_at, day_at))) / 3.6e9 AS open_h
FROM days
GROUP BY db, session_id, day_at
ORDER BY db, session_id, day_at
