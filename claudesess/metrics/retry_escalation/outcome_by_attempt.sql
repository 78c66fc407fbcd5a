-- One row: one chain of failures, with the first thing seen to happen to it.
-- Reads: error_chains, agent_registry.
SELECT db, session_id, chain_id, started_at, kind, error_category, agent_type, tried, file_path, n_attempts,
    first_event, first_event_attempt, outcome
FROM _chains ORDER BY db, chain_id
