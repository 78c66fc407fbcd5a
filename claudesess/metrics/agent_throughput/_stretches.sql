-- One row: one stretch of a session's open time in which the number of its running agents did not change.
-- Edge cases: time in which the session was left is in no stretch, nor is an agent's time then; an agent between its
-- stop and a new start does not run. Agents of another session of the project are not running here.
-- Made once: it takes longer than what is done with it.
WITH ran AS (
    SELECT w.db, w.session_id, greatest(s.start_at, w.start_at) AS start_at, least(s.end_at, w.end_at) AS end_at
    FROM session_windows AS w JOIN agent_spans AS s
        ON s.db = w.db AND s.session_id = w.session_id AND s.start_at <= w.end_at AND s.end_at >= w.start_at
),
changes AS (
    SELECT db, session_id, start_at AS changed_at, 0 AS running, 1 AS opened FROM session_windows
    UNION ALL SELECT db, session_id, end_at, 0, -1 FROM session_windows
    UNION ALL SELECT db, session_id, start_at, 1, 0 FROM ran
    UNION ALL SELECT db, session_id, end_at, -1, 0 FROM ran
),
moments AS (
    SELECT db, session_id, changed_at, sum(running) AS running, sum(opened) AS opened
    FROM changes GROUP BY db, session_id, changed_at
),
steps AS (
    SELECT db, session_id, changed_at AS start_at,
        lead(changed_at) OVER (PARTITION BY db, session_id ORDER BY changed_at) AS end_at,
        sum(running) OVER (PARTITION BY db, session_id ORDER BY changed_at ROWS UNBOUNDED PRECEDING) AS n_running,
        sum(opened) OVER (PARTITION BY db, session_id ORDER BY changed_at ROWS UNBOUNDED PRECEDING) AS n_open
    FROM moments
)
SELECT db, session_id, start_at, end_at, n_running, epoch_us(end_at - start_at) / 3.6e9 AS length_h
FROM steps WHERE n_open > 0
