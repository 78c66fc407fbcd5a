-- One row: one chain whose first event was an escalation, and whether it was fixed after all.
-- Reads: error_chains, agent_registry.
SELECT db, session_id, chain_id, started_at, first_event AS escalated_to, kind, error_category, agent_type, tried,
    closed_at IS NOT NULL OR coalesce(outcome = 'fixed', false) AS is_fixed, closed_at AS fixed_at
FROM _chains WHERE starts_with(first_event, 'escalated_') ORDER BY db, chain_id
