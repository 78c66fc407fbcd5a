-- One row: one session that any table names.
-- Reads: _session_starts, _session_about, _session_marks, _hook_facts, session_metrics, tool_calls, _refusals, error_log,
-- agent_registry, compactions, file_claims.
-- Value test: test_relations.py::test_sessions_value_by_value
-- Edge cases:
--   * A reason that is missing in _session_marks comes from session_metrics.
--     test_relations.py::test_when_a_session_is_open[without hook events]
--   * An end before the last start (a resumed session) does not close it.
--     test_relations.py::test_when_a_session_is_open[resumed within the same second]
--   * Where a writer does not say who wrote a prompt, all count as human and n_machine_prompts is NULL.
--     test_relations.py::test_sessions_value_by_value
WITH spans AS (
    SELECT db, session_id,
        max(id) FILTER (kind = 'session_start') AS last_start_id,
        count(*) FILTER (kind = 'session_start') AS n_starts,
        max(id) FILTER (kind = 'session_end') AS last_end_id,
        arg_max(seen_at, id) FILTER (kind = 'session_end') AS last_end_at,
        arg_max(reason, id) FILTER (kind = 'session_end') AS last_reason
    FROM _session_marks GROUP BY db, session_id
),
metrics AS (
    SELECT db, session_id,
        arg_max(value, id) FILTER (event_type = 'session_end' AND key = 'reason') AS reason,
        count(*) FILTER (event_type = 'prompt' AND key = 'human') AS n_human,
        count(*) FILTER (event_type = 'prompt' AND key = 'machine') AS n_machine,
        count(*) FILTER (event_type = 'prompt') AS n_told_apart
    FROM session_metrics GROUP BY db, session_id
),
hooks AS (
    SELECT db, session_id, count(*) FILTER (id > 0) AS n_events,
        count(*) FILTER (event_type = 'user_prompt_submit') AS n_prompts
    FROM _hook_facts GROUP BY db, session_id
),
calls AS (
    SELECT db, session_id, count(*) AS n, count(*) FILTER (NOT is_ok) AS n_failed
    FROM tool_calls WHERE NOT is_refused GROUP BY db, session_id
),
refusals AS (SELECT db, session_id, count(*) AS n FROM _refusals GROUP BY db, session_id),
errors AS (SELECT db, session_id, count(*) AS n FROM error_log GROUP BY db, session_id),
agents AS (SELECT db, session_id, count(*) AS n FROM agent_registry GROUP BY db, session_id),
files AS (SELECT db, session_id, count(DISTINCT file_path) AS n FROM file_claims GROUP BY db, session_id),
compacted AS (SELECT db, session_id, count(*) AS n FROM compactions GROUP BY db, session_id),
lives AS (
    SELECT s.*, p.*EXCLUDE (db, session_id),
        p.last_end_id IS NULL OR coalesce(p.last_end_id < p.last_start_id, false) AS is_open
    FROM _session_starts AS s LEFT JOIN spans AS p USING (db, session_id)
)
SELECT
    db,
    session_id,
    l.started_at,
    CASE WHEN NOT l.is_open THEN l.last_end_at END AS ended_at,
    l.last_seen_at,
    CASE WHEN NOT l.is_open THEN epoch_us(l.last_end_at - l.started_at) / 1e6 END AS duration_s,
    l.is_open,
    b."source",
    b.model,
    CASE WHEN NOT l.is_open THEN coalesce(l.last_reason, m.reason) END AS end_reason,
    coalesce(l.n_starts, 0) AS n_starts,
    CASE WHEN m.n_told_apart > 0 THEN m.n_human ELSE coalesce(h.n_prompts, 0) END AS n_prompts,
    CASE WHEN m.n_told_apart > 0 THEN m.n_machine WHEN h.n_prompts > 0 THEN NULL ELSE 0 END
        AS n_machine_prompts,
    coalesce(c.n, 0) AS n_tool_calls,
    coalesce(c.n_failed, 0) AS n_failed_calls,
    coalesce(r.n, 0) AS n_refused_calls,
    coalesce(e.n, 0) AS n_errors,
    coalesce(a.n, 0) AS n_agents,
    coalesce(k.n, 0) AS n_compactions,
    coalesce(f.n, 0) AS n_files,
    coalesce(h.n_events, 0) AS n_hook_events
FROM lives AS l
LEFT JOIN _session_about AS b USING (db, session_id)
LEFT JOIN metrics AS m USING (db, session_id)
LEFT JOIN hooks AS h USING (db, session_id)
LEFT JOIN calls AS c USING (db, session_id)
LEFT JOIN refusals AS r USING (db, session_id)
LEFT JOIN errors AS e USING (db, session_id)
LEFT JOIN agents AS a USING (db, session_id)
LEFT JOIN files AS f USING (db, session_id)
LEFT JOIN compacted AS k USING (db, session_id)
ORDER BY db, l.started_at NULLS LAST, session_id
