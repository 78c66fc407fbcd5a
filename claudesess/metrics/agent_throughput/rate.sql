-- One row: one session on one day on which it was open, or on which one of its agents started or ended.
-- Reads: agent_runs, _open_days.
-- Edge cases: a day without an agent is a row of 0; agents of which no time is known have a row without a day and
-- without hours: they are counted all the same.
WITH seen AS (
    SELECT db, session_id, first_at AS seen_at, active_h, open_h, 0 AS n_started, 0 AS n_completed, 0 AS n_failed, 0 AS n_open
    FROM _open_days
    UNION ALL
    SELECT db, session_id, spawned_at, 0, 0, 1, 0, 0, (NOT is_ended)::INT FROM agent_runs
    WHERE $agent_type = '' OR agent_type = $agent_type
    UNION ALL
    SELECT db, session_id, ended_at, 0, 0, 0, (status = 'completed')::INT, (status = 'failed')::INT, 0 FROM agent_runs
    WHERE is_ended AND ($agent_type = '' OR agent_type = $agent_type)
)
SELECT db, session_id, min(seen_at) AS seen_at, sum(active_h) AS active_h, sum(open_h) AS open_h,
    sum(n_started) AS n_started,
    sum(n_completed + n_failed) AS n_finished, sum(n_completed) AS n_completed, sum(n_failed) AS n_failed,
    sum(n_open) AS n_open
FROM seen
GROUP BY db, session_id, day_of(seen_at)
ORDER BY db, seen_at NULLS LAST, session_id
