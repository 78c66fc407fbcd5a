-- One row: one tool call that ended, well or not, or that a gate refused.
-- Reads: _hook_facts.
-- Value test: test_relations.py::test_tool_calls_value_by_value
-- Edge cases:
--   * A call of a check that the client reported as a success, though its exit status was not the call's, is hidden;
--     databases of before do not say so of any.
--     test_relations.py::test_a_check_whose_exit_status_was_hidden
--   * A call whose end fired no event (rejected before it ran, interrupted) has no row, so counts are lower bounds.
--     test_relations.py::test_tool_calls_value_by_value
--   * Nor has one of which a hook says that it did not run: that it was refused is in _refusals.
--     test_relations.py::test_a_call_that_did_not_run_is_none
--   * But a commit or a push that a gate refused has one, made from session_metrics: is_refused; counts of calls leave it out.
--     test_error_chains.py::test_a_gated_call_is_a_try_without_an_event
--   * A call in the background ended when somebody told of it, who says how it went, too; in databases of before it
--     is the machine's notice itself that says so.
--     test_relations.py::test_a_call_in_the_background_ends_when_somebody_tells_of_it
--   * A transcript tells when a call was made and when its result came: in the duration of an imported call is the
--     time until somebody had permitted it, too.
--     test_relations.py::test_the_time_of_an_imported_call_is_tools_or_permission
--   * is_ok is NULL where the outcome is not known.
--     test_relations.py::test_tool_calls_value_by_value
--   * A range that is not START-END reads as NULL.
--     test_relations.py::test_tool_calls_value_by_value
WITH ends AS (
    SELECT db, session_id, tool_use_id, max("timestamp") AS told_at, arg_max(ok, "timestamp") AS ok,
        arg_max(error_id, "timestamp") AS error_id, bool_or(hidden) AS hidden
    FROM _hook_facts
    WHERE event_type IN ('background_end', 'user_prompt_submit') AND tool_use_id IS NOT NULL
    GROUP BY db, session_id, tool_use_id
)
SELECT
    f.db,
    f.session_id,
    f.id AS call_id,
    f.agent_id,
    f.agent_type,
    f.tool,
    f.tool_use_id,
    f.path AS file_path,
    try_cast(regexp_extract(f."range", '^(\d+)-(\d+)$', 1) AS BIGINT) AS read_start,
    try_cast(regexp_extract(f."range", '^(\d+)-(\d+)$', 2) AS BIGINT) AS read_end,
    f."timestamp" - to_milliseconds(f.tool_ms) AS began_at,
    coalesce(e.told_at, f."timestamp") AS ended_at,
    f.tool_ms AS duration_ms,
    CASE WHEN e.told_at IS NULL THEN f.ok ELSE e.ok END AS is_ok,
    f.aim,
    f.spelling,
    f.kind,
    coalesce(f.error_id, e.error_id) AS error_id,
    f.snippet,
    coalesce(e.hidden, f.hidden, false) AS is_hidden,
    f.is_imported,
    f.event_type = 'tool_gated' AS is_refused
FROM _hook_facts AS f
LEFT JOIN ends AS e ON e.db = f.db AND e.session_id = f.session_id AND e.tool_use_id = f.tool_use_id
WHERE f.event_type IN ('post_tool_use', 'post_tool_use_failure', 'tool_gated') AND NOT f.is_not_run
ORDER BY f.db, call_id
