-- One row: one edit of a file, with the edit of another thread that it followed within so many minutes, if any.
-- Reads: file_claims, tool_calls.
-- Edge cases: a thread is the main thread of a session, or an agent. The edit before is the last one that another
-- thread made of the file; it was seen if this thread has read the file, or written all of it, since. Edits of one
-- moment are none of them before the other. A file that the shell changed says nothing of what it had in it. A check is
-- one that the earlier thread passed between its edit and this one; what its next run in any thread says counts within
-- as many minutes. Where the file was seen, or no record tells, nothing is lost.
WITH edits AS (
    SELECT db, session_id, coalesce(agent_id, '') AS agent, id, file_path, operation, "timestamp" AS edited_at
    FROM file_claims WHERE "timestamp" IS NOT NULL
),
threads AS (
    SELECT db, session_id, agent_id AS agent, any_value(agent_type) AS agent_type
    FROM tool_calls WHERE agent_id IS NOT NULL GROUP BY ALL
),
others AS (
    SELECT e.db, e.id, max_by(o, (o.edited_at, o.id)) AS earlier
    FROM edits AS e JOIN edits AS o
        ON o.db = e.db AND o.file_path = e.file_path AND (o.session_id, o.agent) <> (e.session_id, e.agent)
        AND o.edited_at < e.edited_at AND o.edited_at >= e.edited_at - to_minutes($minutes)
    GROUP BY e.db, e.id
),
met AS (
    SELECT e.*, o.earlier FROM edits AS e LEFT JOIN others AS o ON o.db = e.db AND o.id = e.id
),
looks AS (
    SELECT db, session_id, coalesce(agent_id, '') AS agent, file_path, ended_at AS seen_at
    FROM tool_calls WHERE tool = 'Read' AND is_ok IS NOT FALSE AND file_path IS NOT NULL AND ended_at IS NOT NULL
    UNION ALL
    SELECT db, session_id, agent, file_path, edited_at FROM edits WHERE operation = 'Write'
),
seen AS (
    SELECT m.db, m.id FROM met AS m JOIN looks AS l
        ON l.db = m.db AND l.session_id = m.session_id AND l.agent = m.agent AND l.file_path = m.file_path
        AND l.seen_at < m.edited_at AND l.seen_at > m.earlier.edited_at
    GROUP BY m.db, m.id
),
checks AS (
    SELECT db, session_id, coalesce(agent_id, '') AS agent, aim, call_id, is_ok, ended_at,
        coalesce(began_at, ended_at) AS began_at
    FROM tool_calls WHERE kind = 'check' AND aim IS NOT NULL AND is_ok IS NOT NULL AND ended_at IS NOT NULL
),
unseen AS (SELECT m.* FROM met AS m ANTI JOIN seen AS s ON s.db = m.db AND s.id = m.id WHERE m.earlier IS NOT NULL),
passed AS (
    SELECT DISTINCT u.db, u.id, u.edited_at, c.aim FROM unseen AS u JOIN checks AS c
        ON c.db = u.db AND c.session_id = u.earlier.session_id AND c.agent = u.earlier.agent
        AND c.began_at >= u.earlier.edited_at AND c.ended_at <= u.edited_at AND c.is_ok
),
next_runs AS (
    SELECT p.db, p.id, p.edited_at, c.call_id, c.is_ok, c.ended_at
    FROM passed AS p ASOF JOIN checks AS c ON c.db = p.db AND c.aim = p.aim AND c.began_at >= p.edited_at
),
-- Of several edits before the run that fails, the last one is blamed.
broken AS (
    SELECT DISTINCT db, id FROM (
        SELECT db, id FROM next_runs WHERE NOT is_ok AND ended_at <= edited_at + to_minutes($minutes)
        QUALIFY row_number() OVER (PARTITION BY db, call_id ORDER BY edited_at DESC, id DESC) = 1
    )
),
told AS (
    SELECT m.*, CASE WHEN u.operation = 'Write' THEN 'written over' WHEN b.id IS NOT NULL THEN 'check fails' END AS sign
    FROM met AS m
    LEFT JOIN unseen AS u ON u.db = m.db AND u.id = m.id
    LEFT JOIN broken AS b ON b.db = m.db AND b.id = m.id
)
SELECT t.db, t.session_id, t.id AS claim_id, t.edited_at, t.file_path,
    CASE WHEN t.agent = '' THEN 'main thread' ELSE coalesce(w.agent_type, 'an agent') END AS later,
    CASE WHEN t.earlier IS NULL THEN 'no other' WHEN t.earlier.agent = '' THEN 'main thread'
        ELSE coalesce(o.agent_type, 'an agent') END AS earlier,
    nullif(t.agent, '') AS agent_id,
    t.earlier.session_id AS earlier_session_id,
    nullif(t.earlier.agent, '') AS earlier_agent_id,
    t.earlier.edited_at AS earlier_at,
    t.earlier IS NOT NULL AS is_met,
    CASE WHEN t.earlier IS NOT NULL THEN t.sign IS NOT NULL END AS is_lost,
    t.sign
FROM told AS t
LEFT JOIN threads AS w ON w.db = t.db AND w.session_id = t.session_id AND w.agent = t.agent
LEFT JOIN threads AS o ON o.db = t.db AND o.session_id = t.earlier.session_id AND o.agent = t.earlier.agent
ORDER BY t.db, t.edited_at, t.id
