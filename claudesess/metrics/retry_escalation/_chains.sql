-- One row: one chain of failures, of the kind asked for, with the type of the agent that made its last try.
-- Edge cases: where a writer does not say the kind of a chain, it counts whatever is asked for. A chain of the main
-- thread has the agent type `main thread`; where an agent's type is not known it is NULL.
-- Made once: six measures read it.
WITH known AS (
    SELECT * FROM error_chains UNION ALL BY NAME SELECT NULL::VARCHAR AS kind WHERE false
)
SELECT c.*, CASE WHEN c.agent_id IS NULL THEN 'main thread' ELSE r.agent_type END AS agent_type
FROM known AS c LEFT JOIN agent_registry AS r ON r.db = c.db AND r.id = c.agent_id
WHERE $kind = 'all' OR c.kind = $kind OR c.kind IS NULL
