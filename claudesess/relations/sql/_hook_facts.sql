-- One row: one hook event that was delivered for the first time, with the facts of its payload as columns.
-- Reads: hook_events.
-- Read by other files, so that each payload is parsed once.
-- Edge cases:
--   * A doubled event ("dup": true) has no row here, so that nothing counts it.
--     test_private_relations.py::test_facts_of_hook_events
--   * A payload that is no JSON object leaves the facts NULL; so does a key of an odd type, but that a list in place of
--     a text reads as its JSON.
--     test_private_relations.py::test_facts_of_hook_events
--   * Agent '' is the main thread, NULL.
--     test_private_relations.py::test_facts_of_hook_events
--   * A duration below zero, or above thirty years, is no duration.
--     test_private_relations.py::test_facts_of_hook_events
WITH parsed AS (
    SELECT
        db, id, session_id, "timestamp", event_type, exit_code,
        json_transform(
            CASE WHEN json_valid(payload_summary) THEN payload_summary END,
            '{"tool": "VARCHAR", "tool_use_id": "VARCHAR", "agent_id": "VARCHAR", "agent_type": "VARCHAR",
              "path": "VARCHAR", "range": "VARCHAR", "tool_ms": "BIGINT", "ok": "BOOLEAN", "check": "VARCHAR",
              "error_id": "BIGINT", "source": "VARCHAR", "reason": "VARCHAR", "trigger": "VARCHAR",
              "snippet": "VARCHAR", "dup": "BOOLEAN"}'
        ) AS fact
    FROM hook_events
)
SELECT
    db, id, session_id, "timestamp", event_type, exit_code,
    fact.tool AS tool,
    fact.tool_use_id AS tool_use_id,
    nullif(fact.agent_id, '') AS agent_id,
    fact.agent_type AS agent_type,
    fact.path AS path,
    fact."range" AS "range",
    -- a duration below zero, or above thirty years, is no duration
    CASE WHEN fact.tool_ms BETWEEN 0 AND 1000000000000 THEN fact.tool_ms END AS tool_ms,
    fact.ok AS ok,
    fact."check" AS check_id,
    fact.error_id AS error_id,
    fact."source" AS "source",
    fact.reason AS reason,
    fact."trigger" AS "trigger",
    fact.snippet AS snippet
FROM parsed
WHERE fact.dup IS NOT TRUE
ORDER BY db, id
