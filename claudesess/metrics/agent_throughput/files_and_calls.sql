-- One row: one spawned agent, with the files that it changed and the calls that it made.
-- Reads: agent_runs.
-- Edge cases: of an agent whose end was not seen, both are counts so far.
SELECT db, session_id, agent_id, spawned_at, agent_type, status, n_files_changed, n_tool_calls, is_ended
FROM agent_runs ORDER BY db, spawned_at NULLS LAST, agent_id
