-- One row: one call of a session that was compacted, in order, with whether it is a failure of the main thread.
-- Reads: compactions, tool_calls.
SELECT c.db, c.session_id, c.ended_at, c.agent_id IS NULL AND coalesce(NOT c.is_ok, false) AS is_failed
FROM _calls AS c SEMI JOIN _watched AS w ON w.db = c.db AND w.session_id = c.session_id
ORDER BY c.db, c.session_id, c.ended_at, c.call_id
