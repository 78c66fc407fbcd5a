-- One row: one time during which an agent ran, from a start to a stop or to its last sign of life.
-- Reads: agent_registry, _hook_facts, session_metrics.
-- Value test: test_times.py::test_agent_spans
-- Edge cases:
--   * An agent that stopped and was taken up again has several rows; the time between is no running time.
--     test_times.py::test_agent_spans[taken up again]
--   * A start that is repeated without a stop in between changes nothing.
--     test_times.py::test_agent_spans[a start repeated while it ran]
--   * A stop without a start after it changes nothing.
--     test_times.py::test_agent_spans[held back from stopping]
--   * An agent whose end was not seen ran at least to its last sign of life.
--     test_times.py::test_agent_spans[running again]
--   * A missed start, or an end without a time, leaves no row.
--     test_relations.py::test_agent_runs_value_by_value
--   * Nor does an end before the start.
--     test_times.py::test_agent_spans[an end before the start]
--   * Who was stopped ran until then; who was only given up, to the last sign of life: there it is said later than it
--     was.
--     test_times.py::test_spans_of_agents_that_did_not_end_by_themselves
WITH facts AS (
    SELECT db, agent_id, "timestamp" AS seen_at, event_type = 'subagent_start' AS is_start,
        event_type = 'subagent_stop' AS is_stop
    FROM _hook_facts WHERE agent_id IS NOT NULL AND "timestamp" IS NOT NULL
    UNION ALL
    -- an agent that was killed sends no stop: the client reports it later
    SELECT db, key, "timestamp", false, true
    FROM session_metrics WHERE event_type = 'subagent_stop' AND key IS NOT NULL AND "timestamp" IS NOT NULL
),
signs AS (SELECT db, agent_id, max(seen_at) AS last_event_at FROM facts WHERE NOT is_stop GROUP BY db, agent_id),
told AS (
    SELECT db, key AS agent_id, max("timestamp") AS told_at
    FROM session_metrics WHERE event_type = 'subagent_stop' GROUP BY db, key
),
whole AS (
    SELECT r.db, r.session_id, r.id AS agent_id, r.spawn_time AS start_at,
        CASE WHEN r.status IN ('completed', 'failed') OR coalesce(r.status <> 'running' AND r.end_time = t.told_at, false)
            THEN r.end_time ELSE coalesce(s.last_event_at, r.end_time, r.spawn_time) END AS end_at
    FROM agent_registry AS r
    LEFT JOIN signs AS s ON s.db = r.db AND s.agent_id = r.id
    LEFT JOIN told AS t ON t.db = r.db AND t.agent_id = r.id
    WHERE start_at <= end_at
),
starts AS (
    SELECT db, agent_id, seen_at AS again_at, lag(seen_at) OVER (
            PARTITION BY db, agent_id ORDER BY seen_at
        ) AS previous_at
    FROM facts WHERE is_start
),
stopped AS (
    SELECT t.db, t.agent_id, t.again_at, max(f.seen_at) AS left_at
    FROM starts AS t JOIN facts AS f
        ON f.db = t.db AND f.agent_id = t.agent_id AND f.is_stop
        AND f.seen_at < t.again_at AND f.seen_at >= coalesce(t.previous_at, f.seen_at)
    GROUP BY t.db, t.agent_id, t.again_at
),
-- what the collector noted when it was taken up again: who was killed had sent no stop
resumed AS (
    SELECT db, key AS agent_id, "timestamp" AS again_at, try_cast(value AS TIMESTAMP) AS left_at
    FROM session_metrics WHERE event_type = 'subagent_resume' AND key IS NOT NULL
),
pauses AS (
    SELECT db, agent_id, left_at, again_at FROM stopped
    UNION ALL
    SELECT r.db, r.agent_id, r.left_at, r.again_at FROM resumed AS r
    WHERE r.left_at < r.again_at AND NOT EXISTS (
        SELECT 1 FROM stopped AS t
        WHERE t.db = r.db AND t.agent_id = r.agent_id AND t.left_at < r.again_at AND t.again_at > r.left_at
    )
),
away AS (
    SELECT p.* FROM pauses AS p JOIN whole AS w USING (db, agent_id)
    WHERE p.left_at >= w.start_at AND p.again_at <= w.end_at
),
-- As many openings as closings: in order of time, they pair by position.
opened AS (
    SELECT db, agent_id, start_at, row_number() OVER (PARTITION BY db, agent_id ORDER BY start_at) AS place
    FROM (SELECT db, agent_id, start_at FROM whole UNION ALL SELECT db, agent_id, again_at FROM away)
),
closed AS (
    SELECT db, agent_id, end_at, row_number() OVER (PARTITION BY db, agent_id ORDER BY end_at) AS place
    FROM (SELECT db, agent_id, end_at FROM whole UNION ALL SELECT db, agent_id, left_at FROM away)
)
SELECT w.db, w.session_id, w.agent_id, o.start_at, c.end_at
FROM whole AS w
JOIN opened AS o USING (db, agent_id)
JOIN closed AS c USING (db, agent_id, place)
ORDER BY w.db, o.start_at, w.agent_id
