-- One row: one hook event that was delivered for the first time, with the facts of its payload as columns.
-- Reads: hook_events, session_metrics.
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
--   * A call that a gate refused fires no event: it is a row of session_metrics, and has an id below zero here.
--     test_error_chains.py::test_a_gated_call_is_a_try_without_an_event
--   * Nor does the end of a call in the background, of which a notice tells, or an answer to who asks after it.
--     test_relations.py::test_a_call_in_the_background_ends_when_somebody_tells_of_it
--   * Of databases of before, the hash of the spelling stands for the aim, too.
--     test_error_chains.py::test_error_chains[a success ends a chain]
WITH parsed AS (
    SELECT
        db, id, session_id, "timestamp", event_type, exit_code,
        json_transform(
            CASE WHEN json_valid(payload_summary) THEN payload_summary END,
            '{"tool": "VARCHAR", "tool_use_id": "VARCHAR", "agent_id": "VARCHAR", "agent_type": "VARCHAR",
              "path": "VARCHAR", "range": "VARCHAR", "tool_ms": "BIGINT", "ok": "BOOLEAN", "check": "VARCHAR",
              "spelling": "VARCHAR", "aim": "VARCHAR", "kind": "VARCHAR", "chain": "VARCHAR",
              "closes": "VARCHAR[]", "leaves": "VARCHAR[]", "error_id": "BIGINT", "source": "VARCHAR", "reason": "VARCHAR", "trigger": "VARCHAR", "permit": "VARCHAR",
              "snippet": "VARCHAR", "hidden": "BOOLEAN", "not_run": "BOOLEAN", "imported": "BOOLEAN", "dup": "BOOLEAN"}'
        ) AS fact
    FROM hook_events
    UNION ALL
    SELECT
        db, -id, session_id, "timestamp", event_type, NULL,
        json_transform(
            json_merge_patch(
                CASE WHEN event_type = 'tool_gated' THEN '{"ok": false}' ELSE '{}' END,
                CASE WHEN json_valid("value") THEN "value" ELSE '{}' END,
                json_object('tool_use_id', "key")
            ),
            '{"tool": "VARCHAR", "tool_use_id": "VARCHAR", "agent_id": "VARCHAR", "agent_type": "VARCHAR",
              "path": "VARCHAR", "range": "VARCHAR", "tool_ms": "BIGINT", "ok": "BOOLEAN", "check": "VARCHAR",
              "spelling": "VARCHAR", "aim": "VARCHAR", "kind": "VARCHAR", "chain": "VARCHAR",
              "closes": "VARCHAR[]", "leaves": "VARCHAR[]", "error_id": "BIGINT", "source": "VARCHAR", "reason": "VARCHAR",
              "trigger": "VARCHAR", "permit": "VARCHAR", "snippet": "VARCHAR", "hidden": "BOOLEAN", "not_run": "BOOLEAN", "imported": "BOOLEAN", "dup": "BOOLEAN"}'
        )
    FROM session_metrics
    WHERE event_type IN ('tool_gated', 'background_end')
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
    -- what was tried: by the rules of now, else the hash of its spelling of before
    coalesce(fact.aim, fact."check") AS aim,
    coalesce(fact.spelling, fact."check") AS spelling,
    fact.kind AS kind,
    fact.chain AS chain,
    fact.closes AS closes,
    fact.leaves AS leaves,
    fact.error_id AS error_id,
    fact."source" AS "source",
    fact.reason AS reason,
    fact."trigger" AS "trigger",
    fact.permit AS permit,
    fact.snippet AS snippet,
    fact.hidden AS hidden,
    coalesce(fact.not_run, false) AS is_not_run,
    coalesce(fact.imported, false) AS is_imported
FROM parsed
WHERE fact.dup IS NOT TRUE
ORDER BY db, id
