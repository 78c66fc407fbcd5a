-- One row: one call of which the tool and the end are known.
SELECT db, session_id, call_id, agent_id, tool, file_path, read_start, read_end, ended_at, is_ok, aim, snippet
FROM tool_calls WHERE ended_at IS NOT NULL AND tool IS NOT NULL
