-- One row: one session on one day (of the store's zone) on which it was open, with the hours that it was open, and active, then.
-- Reads: session_windows, _active_spans.
-- Read by measures of what happens per hour.
-- Edge cases:
--   * A session that was open over midnight has a row on either day.
--     test_session_covariates.py::test_a_session_open_over_midnight_is_open_on_either_day
--   * Days are cut in the zone of the store: one is of 23 or 25 hours where clocks are changed. day_at is its date.
--     test_days_of_a_zone.py::test_open_hours_by_day_of_a_zone
--   * A day on which it was open for no time, but seen, has a row of 0 hours.
--     test_session_covariates.py::test_a_session_open_over_midnight_is_open_on_either_day
--   * It is active only while it is open: nothing counts between an end and the next start.
--     test_session_covariates.py::test_a_session_is_active_where_signs_are_five_minutes_apart_or_less
WITH days AS (
    SELECT db, session_id, start_at, end_at,
        unnest(generate_series(day_of(start_at), day_of(end_at), INTERVAL 1 DAY)) AS day_at
    FROM session_windows
),
parts AS (
    SELECT db, session_id, day_at, greatest(start_at, begin_of(day_at)) AS start_at,
        least(end_at, begin_of(day_at + INTERVAL 1 DAY)) AS end_at
    FROM days
),
active AS (
    SELECT p.db, p.session_id, p.day_at,
        sum(epoch_us(least(p.end_at, a.end_at) - greatest(p.start_at, a.start_at))) / 3.6e9 AS active_h
    FROM parts AS p JOIN _active_spans AS a
        ON a.db = p.db AND a.session_id = p.session_id AND a.start_at <= p.end_at AND a.end_at >= p.start_at
    GROUP BY p.db, p.session_id, p.day_at
),
opened AS (
    SELECT db, session_id, day_at, min(start_at) AS first_at, sum(epoch_us(end_at - start_at)) / 3.6e9 AS open_h
    FROM parts GROUP BY db, session_id, day_at
)
SELECT o.db, o.session_id, o.day_at, o.first_at, o.open_h, coalesce(a.active_h, 0) AS active_h
FROM opened AS o LEFT JOIN active AS a USING (db, session_id, day_at)
ORDER BY o.db, o.session_id, o.day_at
