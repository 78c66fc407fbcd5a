-- One row: one call of a check that the client reported as a success.
-- Reads: tool_calls, error_chains.
-- Edge cases: how a call went is asked of those alone whose exit status was hidden; the others passed.
SELECT db, session_id, call_id, ended_at, agent_type, is_hidden,
    CASE WHEN is_hidden THEN is_ok IS FALSE END AS is_failed,
    CASE WHEN is_hidden THEN is_ok IS TRUE END AS is_passed,
    CASE WHEN is_hidden THEN is_ok IS NULL END AS is_unknown,
    is_hidden AND is_ok IS FALSE AS is_red
FROM _check_runs WHERE is_hidden OR is_ok ORDER BY db, call_id
