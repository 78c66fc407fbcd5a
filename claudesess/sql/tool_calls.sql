-- One row: one tool call that ended, well or not.
-- Reads: hook_facts.
-- Edge cases: calls rejected before they run, and interrupted ones, fire no event and have no row, so counts are
-- lower bounds, but for a commit or a push that a gate refused: its row is made from session_metrics and has a call_id
-- below zero. A call in the background ended when the machine's notice told of it, which says how it went, too. is_ok
-- is NULL where the outcome is not known; a range that is not START-END reads as NULL.
WITH notices AS (
    SELECT db, session_id, tool_use_id, max("timestamp") AS told_at, arg_max(ok, id) AS ok,
        arg_max(error_id, id) AS error_id
    FROM hook_facts
    WHERE event_type = 'user_prompt_submit' AND tool_use_id IS NOT NULL
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
    f.path,
    try_cast(regexp_extract(f."range", '^(\d+)-(\d+)$', 1) AS BIGINT) AS read_start,
    try_cast(regexp_extract(f."range", '^(\d+)-(\d+)$', 2) AS BIGINT) AS read_end,
    f."timestamp" - to_milliseconds(f.tool_ms) AS began_at,
    coalesce(n.told_at, f."timestamp") AS ended_at,
    f.tool_ms AS duration_ms,
    CASE WHEN n.told_at IS NULL THEN f.ok ELSE n.ok END AS is_ok,
    f.aim,
    f.spelling,
    f.kind,
    coalesce(f.error_id, n.error_id) AS error_id,
    f.snippet
FROM hook_facts AS f
LEFT JOIN notices AS n ON n.db = f.db AND n.session_id = f.session_id AND n.tool_use_id = f.tool_use_id
WHERE f.event_type IN ('post_tool_use', 'post_tool_use_failure', 'tool_gated')
ORDER BY f.db, call_id
