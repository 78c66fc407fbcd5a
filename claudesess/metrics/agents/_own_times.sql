-- One row: one time during which an agent ran, with how much of it was work of its own.
-- Reads: agent_runs, agent_spans, tool_calls, session_windows.
-- Edge cases: an agent that has sent out another one waits while that one runs, unless it makes a call meanwhile. A path
-- is an agent's own work, and that of those above it: they wait for each other. An agent whose end was not seen ran to
-- its last sign of life.
WITH spans AS (
    SELECT s.db, s.session_id, s.agent_id, s.start_at, s.end_at, r.agent_type, r.parent_id, r.is_ended
    FROM agent_spans AS s JOIN agent_runs AS r ON r.db = s.db AND r.agent_id = s.agent_id
),
calls AS (
    SELECT db, agent_id, ended_at FROM tool_calls
    WHERE agent_id IS NOT NULL AND ended_at IS NOT NULL AND tool NOT IN ('Agent', 'Task')
),
sent AS (
    SELECT p.db, p.agent_id, p.start_at AS own_start_at,
        greatest(c.start_at, p.start_at) AS start_at, least(c.end_at, p.end_at) AS end_at
    FROM spans AS c JOIN spans AS p
        ON p.db = c.db AND p.agent_id = c.parent_id AND p.start_at < c.end_at AND c.start_at < p.end_at
),
waits AS (
    SELECT s.* FROM sent AS s WHERE NOT EXISTS (
        SELECT 1 FROM calls AS k
        WHERE k.db = s.db AND k.agent_id = s.agent_id AND k.ended_at > s.start_at AND k.ended_at < s.end_at
    )
),
reached AS (
    SELECT *, max(end_at) OVER (
            PARTITION BY db, agent_id, own_start_at ORDER BY start_at, end_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_at
    FROM waits
),
waited AS (
    SELECT db, agent_id, own_start_at,
        sum(greatest(epoch_us(end_at) - epoch_us(greatest(start_at, coalesce(reached_at, start_at))), 0)) / 1e6 AS waited_s
    FROM reached GROUP BY db, agent_id, own_start_at
),
own AS (
    SELECT s.*, epoch_us(s.end_at - s.start_at) / 1e6 - coalesce(w.waited_s, 0) AS own_s
    FROM spans AS s LEFT JOIN waited AS w ON w.db = s.db AND w.agent_id = s.agent_id AND w.own_start_at = s.start_at
),
agents AS (
    SELECT db, agent_id, any_value(parent_id) AS parent_id, sum(own_s) AS own_s FROM own GROUP BY db, agent_id
),
paths AS (
    WITH RECURSIVE up AS (
        SELECT db, agent_id AS leaf_id, agent_id, parent_id, own_s AS path_s, 1 AS depth FROM agents
        UNION ALL
        SELECT a.db, up.leaf_id, a.agent_id, a.parent_id, up.path_s + a.own_s, up.depth + 1
        FROM up JOIN agents AS a ON a.db = up.db AND a.agent_id = up.parent_id
        WHERE up.depth < 20
    )
    SELECT db, leaf_id, arg_max(agent_id, depth) AS root_id, max(path_s) AS path_s FROM up GROUP BY db, leaf_id
),
opened AS (
    SELECT db, session_id, min(start_at) AS open_at, max(end_at) AS closed_at
    FROM session_windows GROUP BY db, session_id
)
SELECT o.db, o.session_id, o.agent_id, o.agent_type, o.start_at, o.end_at, o.is_ended, o.own_s, p.path_s, p.root_id,
    coalesce(w.open_at, o.start_at) AS open_at, coalesce(w.closed_at, o.end_at) AS closed_at
FROM own AS o JOIN paths AS p ON p.db = o.db AND p.leaf_id = o.agent_id
LEFT JOIN opened AS w ON w.db = o.db AND w.session_id = o.session_id
ORDER BY o.db, o.session_id, o.start_at, o.end_at, o.agent_id
