-- One row: one call of the main thread of which the size of the context is known, in tokens.
-- Reads: tool_calls, model_answers, compactions, file_claims.
-- Edge cases: the size is that of the model's last answer before the call ended: what went in, cached or not. Only
-- imported transcripts tell it. A read is one again if one earlier read since the last compaction held all its lines
-- and the file was not changed in between. The fuller half is above the median over the session's calls.
WITH answers AS (
    SELECT db, session_id, answered_at,
        input_tokens + coalesce(cache_read_tokens, 0) + coalesce(cache_write_tokens, 0) AS tokens
    FROM model_answers WHERE agent_id IS NULL AND answered_at IS NOT NULL AND input_tokens IS NOT NULL
),
sized AS (
    SELECT c.*, a.tokens FROM _calls AS c ASOF JOIN answers AS a
        ON a.db = c.db AND a.session_id = c.session_id AND a.answered_at <= c.ended_at
    WHERE c.agent_id IS NULL AND a.tokens > 0
),
summarised AS (SELECT db, session_id, resumed_at FROM _moments WHERE resumed_at IS NOT NULL),
changes AS (
    SELECT db, session_id, file_path, "timestamp" AS changed_at FROM file_claims WHERE "timestamp" IS NOT NULL
),
looks AS (
    SELECT c.db, c.session_id, c.call_id, c.file_path, c.read_start, c.read_end, c.ended_at FROM _calls AS c
    WHERE c.agent_id IS NULL AND c.tool = 'Read' AND c.is_ok IS NOT FALSE AND c.read_start IS NOT NULL
        AND c.read_end IS NOT NULL
),
dated AS (
    SELECT l.*, c.changed_at FROM looks AS l ASOF LEFT JOIN changes AS c
        ON c.db = l.db AND c.session_id = l.session_id AND c.file_path = l.file_path AND c.changed_at <= l.ended_at
),
since AS (
    SELECT d.*, s.resumed_at FROM dated AS d ASOF LEFT JOIN summarised AS s
        ON s.db = d.db AND s.session_id = d.session_id AND s.resumed_at <= d.ended_at
),
again AS (
    SELECT DISTINCT s.db, s.call_id FROM since AS s JOIN looks AS e
        ON e.db = s.db AND e.session_id = s.session_id AND e.file_path = s.file_path AND e.ended_at < s.ended_at
        AND e.read_start <= s.read_start AND e.read_end >= s.read_end
        AND (s.changed_at IS NULL OR e.ended_at > s.changed_at)
        AND (s.resumed_at IS NULL OR e.ended_at > s.resumed_at)
)
SELECT z.db, z.session_id, z.call_id, z.ended_at, z.tool, z.tokens,
    10 * (z.tokens // 10000) || '–' || 10 * (z.tokens // 10000 + 1) || ' k' AS context,
    z.tokens > median(z.tokens) OVER (PARTITION BY z.db, z.session_id) AS is_full,
    NOT z.is_ok AS is_failed,
    CASE WHEN l.call_id IS NOT NULL THEN a.call_id IS NOT NULL END AS is_read_again
FROM sized AS z
LEFT JOIN looks AS l ON l.db = z.db AND l.call_id = z.call_id
LEFT JOIN again AS a ON a.db = z.db AND a.call_id = z.call_id
ORDER BY z.db, z.session_id, z.ended_at, z.call_id
