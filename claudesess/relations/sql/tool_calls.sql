-- One row: one tool call that ended, well or not.
-- Reads: _hook_facts.
-- Value test: test_relations.py::test_tool_calls_value_by_value
-- Edge cases:
--   * A call whose end fired no event (rejected before it ran, interrupted) has no row, so counts are lower bounds.
--     test_relations.py::test_tool_calls_value_by_value
--   * is_ok is NULL where the outcome is not known.
--     test_relations.py::test_tool_calls_value_by_value
--   * A range that is not START-END reads as NULL.
--     test_relations.py::test_tool_calls_value_by_value
SELECT
    db,
    session_id,
    id AS call_id,
    agent_id,
    agent_type,
    tool,
    tool_use_id,
    path AS file_path,
    try_cast(regexp_extract("range", '^(\d+)-(\d+)$', 1) AS BIGINT) AS read_start,
    try_cast(regexp_extract("range", '^(\d+)-(\d+)$', 2) AS BIGINT) AS read_end,
    "timestamp" - to_milliseconds(tool_ms) AS began_at,
    "timestamp" AS ended_at,
    tool_ms AS duration_ms,
    ok AS is_ok,
    check_id,
    error_id,
    snippet
FROM _hook_facts
WHERE event_type IN ('post_tool_use', 'post_tool_use_failure')
ORDER BY db, call_id
