-- One row: one time during which a session was open, from a start to an end or to its last sign of life.
-- Reads: _session_spans, _session_signs, _session_marks.
-- Value test: test_times.py::test_session_windows
-- Edge cases:
--   * A session that was left and taken up again has several rows; between them is the time from its end to the next
--     start. A start after a compaction is none.
--     test_times.py::test_session_windows[the compaction is no start, the end is one]
--   * Where no end was announced, it was left at its last sign of life.
--     test_times.py::test_session_windows[killed: to the last sign of life]
--   * Starts of one moment are one.
--     test_times.py::test_session_windows[a start told twice is one]
--   * A session whose times are not known has no row.
--     test_times.py::test_session_windows[no times]
WITH starts AS (
    SELECT db, session_id, min(id) AS id, seen_at FROM _session_marks
    WHERE kind = 'session_start' AND "source" IS DISTINCT FROM 'compact' AND seen_at IS NOT NULL
    GROUP BY db, session_id, seen_at
),
ends AS (
    SELECT db, session_id, id, seen_at FROM _session_marks WHERE kind = 'session_end' AND seen_at IS NOT NULL
),
-- The session ran between each start and the one before it: the last thing known of that run is its end.
runs AS (
    SELECT db, session_id, id AS next_id, seen_at AS next_at,
        lag(id) OVER (PARTITION BY db, session_id ORDER BY id) AS own_id
    FROM starts
),
last_ends AS (
    SELECT r.db, r.session_id, r.next_id, max(e.seen_at) AS end_at
    FROM runs AS r JOIN ends AS e
        ON e.db = r.db AND e.session_id = r.session_id AND e.id < r.next_id AND e.id > coalesce(r.own_id, -1)
    GROUP BY r.db, r.session_id, r.next_id
),
away AS (
    SELECT r.db, r.session_id, coalesce(e.end_at, s.seen_at) AS left_at, r.next_at AS again_at
    FROM runs AS r
    ASOF LEFT JOIN _session_signs AS s ON s.db = r.db AND s.session_id = r.session_id AND s.seen_at < r.next_at
    LEFT JOIN last_ends AS e ON e.db = r.db AND e.session_id = r.session_id AND e.next_id = r.next_id
    WHERE left_at < again_at
),
last_marks AS (
    SELECT db, session_id, max(id) FILTER (kind = 'session_start') AS start_id,
        max(id) FILTER (kind = 'session_end') AS end_id,
        arg_max(seen_at, id) FILTER (kind = 'session_end') AS end_at
    FROM _session_marks GROUP BY db, session_id
),
whole AS (
    SELECT s.db, s.session_id, s.first_seen_at AS start_at,
        CASE WHEN m.end_id >= coalesce(m.start_id, m.end_id) THEN coalesce(m.end_at, s.last_seen_at)
            ELSE s.last_seen_at END AS end_at
    FROM _session_spans AS s LEFT JOIN last_marks AS m ON m.db = s.db AND m.session_id = s.session_id
),
gaps AS (
    SELECT a.* FROM away AS a JOIN whole AS w USING (db, session_id)
    WHERE a.left_at >= w.start_at AND a.again_at <= w.end_at
),
seen AS (SELECT * FROM whole WHERE start_at <= end_at),
-- As many openings as closings: in order of time, they pair by position.
opened AS (
    SELECT *, row_number() OVER (PARTITION BY db, session_id ORDER BY start_at) AS place
    FROM (SELECT db, session_id, start_at FROM seen UNION ALL SELECT db, session_id, again_at FROM gaps)
),
closed AS (
    SELECT *, row_number() OVER (PARTITION BY db, session_id ORDER BY end_at) AS place
    FROM (SELECT db, session_id, end_at FROM seen UNION ALL SELECT db, session_id, left_at FROM gaps)
)
SELECT o.db, o.session_id, o.start_at, c.end_at
FROM opened AS o JOIN closed AS c USING (db, session_id, place)
ORDER BY o.db, o.start_at, o.session_id
