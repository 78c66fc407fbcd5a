-- One row: one chain that was escalated first, at the try at which it was, or one that had failed as often and was not
-- escalated there: a row for each try that an escalation was seen at.
-- Reads: error_chains, agent_registry.
WITH tries AS (
    SELECT *, unnest(range(1, first_event_attempt + 1)) AS attempt FROM _chains
),
marked AS (
    SELECT *, starts_with(first_event, 'escalated_') AND attempt = first_event_attempt AS is_escalated FROM tries
)
SELECT db, session_id, chain_id, started_at, CASE WHEN is_escalated THEN first_event END AS escalated_to, kind,
    error_category, agent_type, tried, closed_at IS NOT NULL OR coalesce(outcome = 'fixed', false) AS is_fixed,
    closed_at AS fixed_at, attempt, is_escalated
FROM marked ORDER BY db, chain_id, attempt
