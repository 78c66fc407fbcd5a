-- One row: one spawned agent, from its start to its end or to its last sign of life.
-- Reads: agent_registry, agent_spans, session_metrics, _hook_facts, tool_calls, file_claims, error_log.
-- Value test: test_relations.py::test_agent_runs_value_by_value
-- Edge cases:
--   * observed_s leaves out the time between a stop and a new start.
--     test_times.py::test_agent_spans[taken up again]
--   * An agent that runs still, or was given up as stale, is censored: observed_s is then how long it was watched,
--     a lower bound.
--     test_relations.py::test_agent_runs_value_by_value
--   * A missed start, or an end without a time, leaves observed_s NULL.
--     test_relations.py::test_agent_runs_value_by_value
--   * files_changed counts where file_claims names no agent; the two are taken together, each file once.
--     test_relations.py::test_files_that_an_agent_changed_count_once
WITH parents AS (
    SELECT db, session_id, key AS agent_id, arg_max(nullif(value, ''), id) AS parent_id
    FROM session_metrics
    WHERE event_type = 'subagent_parent'
    GROUP BY db, session_id, key
),
signs AS (
    SELECT db, agent_id, max("timestamp") AS last_event_at
    FROM _hook_facts WHERE agent_id IS NOT NULL GROUP BY db, agent_id
),
calls AS (
    SELECT db, agent_id, count(*) AS n_tool_calls, count(*) FILTER (NOT is_ok) AS n_failed_calls
    FROM tool_calls WHERE agent_id IS NOT NULL AND NOT is_refused GROUP BY db, agent_id
),
edited AS (
    SELECT db, agent_id, file_path FROM file_claims WHERE agent_id IS NOT NULL
    UNION
    SELECT db, id, unnest(from_json(
        CASE WHEN json_valid(files_changed) AND json_type(files_changed) = 'ARRAY' THEN files_changed END,
        '["VARCHAR"]'
    ))
    FROM agent_registry
),
files AS (SELECT db, agent_id, count(DISTINCT file_path) AS n_files_changed FROM edited GROUP BY db, agent_id),
errors AS (
    SELECT db, agent_id, count(*) AS n_errors
    FROM error_log WHERE agent_id IS NOT NULL GROUP BY db, agent_id
),
ran AS (
    SELECT db, agent_id, sum(epoch_us(end_at - start_at)) / 1e6 AS observed_s
    FROM agent_spans GROUP BY db, agent_id
),
runs AS (
    SELECT
        r.db, r.session_id, r.id AS agent_id, r.agent_type, r.task_description, p.parent_id,
        r.spawn_time AS spawned_at,
        r.end_time AS ended_at,
        coalesce(s.last_event_at, r.end_time, r.spawn_time) AS last_seen_at,
        r.status,
        coalesce(r.status IN ('completed', 'failed'), false) AS is_ended
    FROM agent_registry AS r
    LEFT JOIN parents AS p ON p.db = r.db AND p.session_id = r.session_id AND p.agent_id = r.id
    LEFT JOIN signs AS s ON s.db = r.db AND s.agent_id = r.id
)
SELECT
    r.*,
    n.observed_s,
    coalesce(c.n_tool_calls, 0) AS n_tool_calls,
    coalesce(c.n_failed_calls, 0) AS n_failed_calls,
    coalesce(f.n_files_changed, 0) AS n_files_changed,
    coalesce(e.n_errors, 0) AS n_errors
FROM runs AS r
LEFT JOIN ran AS n ON n.db = r.db AND n.agent_id = r.agent_id
LEFT JOIN calls AS c ON c.db = r.db AND c.agent_id = r.agent_id
LEFT JOIN files AS f ON f.db = r.db AND f.agent_id = r.agent_id
LEFT JOIN errors AS e ON e.db = r.db AND e.agent_id = r.agent_id
ORDER BY r.db, r.spawned_at NULLS LAST, r.agent_id
