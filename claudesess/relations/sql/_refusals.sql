-- One row: one call that a permission, a hook or the user refused before it ran.
-- Reads: session_metrics, tool_calls.
-- Read by other files, so that each refusal is counted and told of once.
-- Edge cases:
--   * A commit or a push that a gate refused is a call of tool_calls; what a transcript says of it is the same refusal.
--     test_session_events.py::test_a_refusal_is_told_once_with_its_reason
--   * A call that the tool itself turned down, or that was cancelled with another, is none.
--     test_session_events.py::test_what_did_not_run_is_told_by_why
WITH gated AS (SELECT db, session_id, call_id, tool, ended_at, error_id, agent_id FROM tool_calls WHERE is_refused)
SELECT db, session_id, -call_id AS id, ended_at AS refused_at, agent_id, tool, NULL::VARCHAR AS reason, error_id
FROM gated
UNION ALL
SELECT m.db, m.session_id, m.id, m."timestamp", NULL, m.key, m.value, NULL
FROM session_metrics AS m
WHERE m.event_type = 'permission_denied' OR m.event_type = 'tool_refused' AND NOT EXISTS (
    FROM gated AS g
    WHERE g.db = m.db AND g.session_id = m.session_id AND g.ended_at = m."timestamp" AND g.tool = m.key
)
ORDER BY db, id
