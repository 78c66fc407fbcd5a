-- One row: one call of a check that the client reported as a success.
-- Reads: tool_calls, error_chains.
-- Edge cases: how a call went is asked of those alone whose exit status was hidden; the others passed.
-- What was run is told of what failed in some session.
SELECT r.db, r.session_id, r.call_id, r.ended_at, r.agent_type, n.tried AS check_run, r.is_hidden,
    CASE WHEN r.is_hidden THEN r.is_ok IS FALSE END AS is_failed,
    CASE WHEN r.is_hidden THEN r.is_ok IS TRUE END AS is_passed,
    CASE WHEN r.is_hidden THEN r.is_ok IS NULL END AS is_unknown,
    r.is_hidden AND r.is_ok IS FALSE AS is_red
FROM _check_runs AS r LEFT JOIN _named AS n ON n.db = r.db AND n.aim = r.aim
WHERE r.is_hidden OR r.is_ok ORDER BY r.db, r.call_id
