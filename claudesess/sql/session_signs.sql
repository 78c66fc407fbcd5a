-- One row: one time at which a session was seen, in any table.
-- Reads: agent_registry, file_claims, session_metrics, failed_paths, error_log, context_snapshots, hook_facts,
-- llm_verdicts.
-- Edge cases: rows without a session or a time have no row here; doubled hook events do not count. An agent that
-- was given up (aborted_stale) was so by another session, a day later or more: that is no sign of its own. Nor are
-- instructions that were loaded: before it takes a session up again the client loads them under an id of no session.
-- Not a relation of its own: session_spans and session_windows read it.
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
    UNION ALL SELECT db, session_id, "timestamp" FROM hook_facts
    WHERE NOT coalesce(event_type IN ('instructions_loaded', 'config_change'), false)
    UNION ALL SELECT db, session_id, "timestamp" FROM llm_verdicts
)
SELECT DISTINCT db, session_id, seen_at FROM seen WHERE session_id IS NOT NULL
