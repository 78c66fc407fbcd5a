-- One row: one time at which a session was seen, in any table; NULL where a row says none.
-- Reads: agent_registry, file_claims, session_metrics, failed_paths, error_log, context_snapshots, _hook_facts,
-- llm_verdicts.
-- Edge cases:
--   * Rows without a session have no row here.
--     test_private_relations.py::test_signs_of_life_of_sessions
--   * Doubled hook events do not count.
--     test_private_relations.py::test_signs_of_life_of_sessions
--   * An agent that was given up (aborted_stale) was so by another session, a day later or more: that is no sign of
--     life of its own.
--     test_private_relations.py::test_signs_of_life_of_sessions
--   * Nor are instructions that were loaded: before it takes a session up again the client loads them under an id of
--     no session.
--     test_private_relations.py::test_signs_of_life_of_sessions
WITH seen AS (
    SELECT db, session_id, spawn_time AS seen_at FROM agent_registry
    UNION ALL SELECT db, session_id, end_time FROM agent_registry
    UNION ALL SELECT db, session_id, "timestamp" FROM file_claims
    UNION ALL SELECT db, session_id, "timestamp" FROM session_metrics
    WHERE NOT coalesce(event_type = 'subagent_stop' AND value = 'aborted_stale', false)
        AND NOT coalesce(event_type IN ('instructions', 'config'), false)
    UNION ALL SELECT db, session_id, "timestamp" FROM failed_paths
    UNION ALL SELECT db, session_id, "timestamp" FROM error_log
    UNION ALL SELECT db, session_id, "timestamp" FROM context_snapshots
    UNION ALL SELECT db, session_id, "timestamp" FROM _hook_facts
    WHERE NOT coalesce(event_type IN ('instructions_loaded', 'config_change'), false)
    UNION ALL SELECT db, session_id, "timestamp" FROM llm_verdicts
)
SELECT DISTINCT db, session_id, seen_at FROM seen WHERE session_id IS NOT NULL
