-- One row: one session seen in any table, with its first and its last sign of life.
-- Reads: agent_registry, file_claims, session_metrics, failed_paths, error_log, context_snapshots, hook_facts,
-- llm_verdicts.
-- Edge cases: rows without a session belong to none; a session whose rows have no time has NULL times; doubled
-- hook events do not count. An agent that was given up (aborted_stale) was so by another session, a day later or
-- more: that is no sign of life of its own.
-- Not a relation of its own: sessions and compactions read it.
WITH seen AS (
    SELECT db, session_id, spawn_time AS seen_at FROM agent_registry
    UNION ALL SELECT db, session_id, end_time FROM agent_registry
    UNION ALL SELECT db, session_id, "timestamp" FROM file_claims
    UNION ALL SELECT db, session_id, "timestamp" FROM session_metrics
    WHERE NOT coalesce(event_type = 'subagent_stop' AND value = 'aborted_stale', false)
    UNION ALL SELECT db, session_id, "timestamp" FROM failed_paths
    UNION ALL SELECT db, session_id, "timestamp" FROM error_log
    UNION ALL SELECT db, session_id, "timestamp" FROM context_snapshots
    UNION ALL SELECT db, session_id, "timestamp" FROM hook_facts
    UNION ALL SELECT db, session_id, "timestamp" FROM llm_verdicts
)
SELECT db, session_id, min(seen_at) AS first_seen_at, max(seen_at) AS last_seen_at
FROM seen
WHERE session_id IS NOT NULL
GROUP BY db, session_id
ORDER BY db, first_seen_at NULLS LAST, session_id
