-- One row: one call of a check of which it is known how it went, or of which the exit status was hidden, those of one
-- session one after the other.
-- Reads: tool_calls, error_chains.
SELECT * FROM _check_runs ORDER BY db, session_id, call_id
