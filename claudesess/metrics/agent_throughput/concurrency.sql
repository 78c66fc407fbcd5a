-- One row: one stretch of a session's open time in which the number of its running agents did not change.
-- Reads: session_windows, agent_spans.
SELECT * FROM _stretches ORDER BY db, start_at, session_id
