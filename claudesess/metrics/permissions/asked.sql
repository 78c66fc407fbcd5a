-- One row: one call that a hook saw, with the pause before it; or a request for permission that no call followed.
-- Reads: tool_calls, hook_events, session_metrics.
-- Edge cases: a request names no call; it is of the next call of the same thread that is spelled alike, and of several
-- requests the last is: the others were not granted. One that nothing followed in its thread is still waiting. A pause
-- begins with the end of a call, a prompt, or the start of the agent, whichever was last, and counts for thirty minutes at
-- most. Imported calls are left out: no transcript tells that somebody was asked.
WITH asked AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, id, "timestamp" AS asked_at, tool, spelling,
        coalesce(permit, 'none proposed') AS permit
    FROM _hook_facts WHERE event_type = 'permission_request' AND session_id IS NOT NULL AND "timestamp" IS NOT NULL
),
calls AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, call_id, tool, spelling, began_at, ended_at
    FROM tool_calls WHERE NOT is_imported AND NOT is_refused AND session_id IS NOT NULL
),
followed AS (
    SELECT a.*, c.call_id
    FROM asked AS a ASOF LEFT JOIN calls AS c
        ON c.db = a.db AND c.session_id = a.session_id AND c.thread = a.thread AND c.spelling = a.spelling
        AND a.asked_at <= c.ended_at
),
placed AS (
    SELECT *, call_id IS NOT NULL
        AND row_number() OVER (PARTITION BY db, call_id ORDER BY asked_at DESC, id DESC) = 1 AS is_last
    FROM followed
),
marks AS (
    SELECT db, session_id, thread, ended_at AS at FROM calls
    UNION ALL
    SELECT db, session_id, coalesce(agent_id, ''), "timestamp" FROM _hook_facts
    WHERE event_type IN ('session_start', 'user_prompt_submit', 'subagent_start') AND session_id IS NOT NULL
),
ends AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, max("timestamp") AS last_at FROM _hook_facts
    WHERE event_type NOT IN ('permission_request', 'pre_tool_use', 'notification') GROUP BY ALL
),
paused AS (
    SELECT c.*, least(epoch_us(c.began_at - m.at) / 6e7, 30.0) AS pause_min
    FROM calls AS c ASOF LEFT JOIN marks AS m
        ON m.db = c.db AND m.session_id = c.session_id AND m.thread = c.thread AND c.began_at > m.at
)
SELECT c.db, c.session_id, c.call_id AS event_id, coalesce(c.began_at, c.ended_at) AS called_at, c.tool, p.permit,
    p.id IS NOT NULL AS is_asked, CASE WHEN p.id IS NOT NULL THEN true END AS is_granted, c.pause_min
FROM paused AS c LEFT JOIN placed AS p ON p.db = c.db AND p.call_id = c.call_id AND p.is_last
UNION ALL
SELECT p.db, p.session_id, p.id, p.asked_at, p.tool, p.permit, true,
    CASE WHEN p.spelling IS NOT NULL AND e.last_at > p.asked_at THEN false END, NULL
FROM placed AS p LEFT JOIN ends AS e ON e.db = p.db AND e.session_id = p.session_id AND e.thread = p.thread
WHERE NOT p.is_last
ORDER BY db, called_at, session_id, event_id
