-- One row: one spawned agent, with how long it was seen running.
-- Reads: agent_runs.
-- Edge cases: one whose start was missed, or whose end has no time, has no length and says nothing.
SELECT db, session_id, agent_id, spawned_at, agent_type, status, observed_s, is_ended
FROM agent_runs ORDER BY db, spawned_at NULLS LAST, agent_id
