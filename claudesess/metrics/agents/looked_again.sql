-- One row: one agent that came back, one thing that it had looked at, and one call by which its sender looked at that,
-- too; without such a thing, or such a call, these are NULL.
-- Reads: agent_runs, tool_calls, file_claims.
-- Edge cases: a thing is a file, the sender's lines lying within lines that the agent had read; or a command, search or
-- page, spelled exactly alike. Left out is what may have changed: a file that anybody changed while the session went on,
-- and of a session in which anything was changed all commands and searches. An agent has come back where its sender made
-- a call after it; the calls that send agents out and wait for them are none.
WITH calls AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, call_id, tool, kind, file_path, read_start, read_end,
        spelling, ended_at
    FROM tool_calls
    WHERE session_id IS NOT NULL AND ended_at IS NOT NULL AND is_ok IS NOT FALSE
        AND tool NOT IN ('Agent', 'Task', 'TaskOutput')
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY db, session_id, thread ORDER BY ended_at, call_id) - 1 AS place
    FROM calls
),
open_times AS (
    SELECT db, session_id, min(ended_at) AS first_at, max(ended_at) AS last_at FROM calls GROUP BY db, session_id
),
changed AS (
    SELECT DISTINCT o.db, o.session_id, c.file_path FROM open_times AS o JOIN file_claims AS c
        ON c.db = o.db AND c."timestamp" BETWEEN o.first_at AND o.last_at
    UNION
    SELECT DISTINCT db, session_id, file_path FROM file_claims WHERE session_id IS NOT NULL
),
looks AS (
    SELECT p.db, p.session_id, p.thread, p.place, p.file_path AS thing, p.read_start, p.read_end
    FROM placed AS p ANTI JOIN changed AS c USING (db, session_id, file_path)
    WHERE p.tool = 'Read' AND p.file_path IS NOT NULL
    UNION ALL
    SELECT p.db, p.session_id, p.thread, p.place, p.spelling, 0, 0
    FROM placed AS p ANTI JOIN changed AS c USING (db, session_id)
    WHERE p.tool <> 'Read' AND p.kind = 'probe' AND p.spelling IS NOT NULL
    UNION ALL
    SELECT db, session_id, thread, place, spelling, 0, 0
    FROM placed WHERE tool IN ('WebFetch', 'WebSearch') AND spelling IS NOT NULL
),
back AS (
    SELECT r.db, r.session_id, r.agent_id, any_value(r.agent_type) AS agent_type, any_value(r.ended_at) AS ended_at,
        coalesce(any_value(r.parent_id), '') AS sender,
        count(*) FILTER (p.ended_at <= r.ended_at) AS n_before, count(*) AS n_calls
    FROM agent_runs AS r JOIN placed AS p
        ON p.db = r.db AND p.session_id = r.session_id AND p.thread = coalesce(r.parent_id, '')
    WHERE r.status = 'completed' AND r.ended_at IS NOT NULL
    GROUP BY r.db, r.session_id, r.agent_id
    HAVING n_before < n_calls
),
counts AS (
    SELECT b.db, b.agent_id, count(DISTINCT l.thing) AS n_looks FROM back AS b JOIN looks AS l
        ON l.db = b.db AND l.session_id = b.session_id AND l.thread = b.agent_id
    GROUP BY b.db, b.agent_id
),
pairs AS (
    SELECT DISTINCT b.db, b.agent_id, l.thing, s.place
    FROM back AS b
    JOIN looks AS l ON l.db = b.db AND l.session_id = b.session_id AND l.thread = b.agent_id
    JOIN looks AS s ON s.db = b.db AND s.session_id = b.session_id AND s.thread = b.sender AND s.thing = l.thing
        AND s.read_start >= l.read_start AND s.read_end <= l.read_end
)
SELECT b.db, b.session_id, b.agent_id, b.ended_at, b.agent_type,
    CASE WHEN b.sender = '' THEN 'main thread' ELSE 'another agent' END AS sender,
    b.n_before, b.n_calls, least(b.n_calls - b.n_before, $calls) AS n_watched, coalesce(c.n_looks, 0) AS n_looks,
    p.thing, p.place
FROM back AS b
LEFT JOIN counts AS c USING (db, agent_id)
LEFT JOIN pairs AS p USING (db, agent_id)
ORDER BY b.db, b.ended_at, b.agent_id, p.thing, p.place
