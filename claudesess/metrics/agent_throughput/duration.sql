-- One row: one spawned agent, with how long it was seen running.
-- Reads: agent_runs, agent_spans, session_windows.
-- Edge cases: one whose start was missed, or whose end has no time, has no length and says nothing. One that was stopped
-- by somebody ran until then (its last run ends after its last sign of life): its end is known. One whose end was not
-- seen ran at least as long as its session was open after its last sign of life: had it ended, that would have been
-- seen. But for one that was given up although its session went on: it is dead, and ran to its last sign of life.
WITH lasts AS (SELECT db, agent_id, max(end_at) AS end_at FROM agent_spans GROUP BY db, agent_id),
runs AS (
    SELECT a.*, a.is_ended OR coalesce(a.status = 'aborted_stale' AND l.end_at > a.last_seen_at, false) AS is_known
    FROM agent_runs AS a LEFT JOIN lasts AS l ON l.db = a.db AND l.agent_id = a.agent_id
),
watched AS (
    SELECT r.db, r.agent_id, max(epoch_us(w.end_at - r.last_seen_at)) / 1e6 AS more_s
    FROM runs AS r JOIN session_windows AS w
        ON w.db = r.db AND w.session_id = r.session_id AND w.start_at <= r.last_seen_at AND w.end_at >= r.last_seen_at
    WHERE NOT r.is_known AND NOT (r.status = 'aborted_stale' AND w.end_at > r.last_seen_at + INTERVAL 24 HOUR)
    GROUP BY r.db, r.agent_id
)
SELECT r.db, r.session_id, r.agent_id, r.spawned_at, r.agent_type, r.status,
    r.observed_s + coalesce(w.more_s, 0) AS observed_s, r.is_known AS is_ended
FROM runs AS r LEFT JOIN watched AS w ON w.db = r.db AND w.agent_id = r.agent_id
ORDER BY r.db, r.spawned_at NULLS LAST, r.agent_id
