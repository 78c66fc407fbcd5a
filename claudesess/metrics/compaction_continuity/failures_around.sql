-- One row: one compaction, with how many of its main thread's last calls before it failed, and of as many after it.
-- Reads: compactions, tool_calls.
-- Edge cases: calls of which the outcome is not known do not count. Before goes back to the compaction before, after
-- goes on to the next one or the session's end; k calls at most, fewer where there are fewer on one side.
WITH numbered AS (
    SELECT c.db, c.session_id, t.is_commands, c.ended_at, row_number() OVER so_far AS place,
        count(*) FILTER (NOT c.is_ok) OVER so_far AS n_failed
    FROM _calls AS c JOIN (VALUES (false), (true)) AS t(is_commands) ON NOT t.is_commands OR c.tool IN ('Bash', 'PowerShell')
    WHERE c.agent_id IS NULL AND c.is_ok IS NOT NULL
    WINDOW so_far AS (
        PARTITION BY c.db, c.session_id, t.is_commands ORDER BY c.ended_at, c.call_id ROWS UNBOUNDED PRECEDING
    )
),
reached AS (
    SELECT db, session_id, is_commands, ended_at, max(place) AS place FROM numbered GROUP BY ALL
),
sides AS (
    SELECT w.db, w.session_id, w.compaction_id, w.is_commands, coalesce(h.place, 0) AS here,
        greatest(least(here - coalesce(s.place, 0), coalesce(u.place, 0) - here, $k), 0) AS n
    FROM (
        SELECT w.*, coalesce(w.until_at, TIMESTAMPTZ 'infinity') AS ends_at, t.is_commands
        FROM _watched AS w CROSS JOIN (VALUES (false), (true)) AS t(is_commands)
    ) AS w
    ASOF LEFT JOIN reached AS h ON h.db = w.db AND h.session_id = w.session_id
        AND h.is_commands = w.is_commands AND h.ended_at <= w.moment_at
    ASOF LEFT JOIN reached AS s ON s.db = w.db AND s.session_id = w.session_id
        AND s.is_commands = w.is_commands AND s.ended_at <= w.since_at
    ASOF LEFT JOIN reached AS u ON u.db = w.db AND u.session_id = w.session_id
        AND u.is_commands = w.is_commands AND u.ended_at <= w.ends_at
),
failed AS (
    SELECT s.db, s.compaction_id, s.is_commands, s.n,
        coalesce(h.n_failed, 0) - coalesce(b.n_failed, 0) AS n_before,
        coalesce(a.n_failed, 0) - coalesce(h.n_failed, 0) AS n_after
    FROM sides AS s
    LEFT JOIN numbered AS h ON h.db = s.db AND h.session_id = s.session_id
        AND h.is_commands = s.is_commands AND h.place = s.here
    LEFT JOIN numbered AS b ON b.db = s.db AND b.session_id = s.session_id
        AND b.is_commands = s.is_commands AND b.place = s.here - s.n
    LEFT JOIN numbered AS a ON a.db = s.db AND a.session_id = s.session_id
        AND a.is_commands = s.is_commands AND a.place = s.here + s.n
)
SELECT m.db, m.session_id, m.compaction_id, m.number, m.moment_at, m."trigger",
    a.n AS n_calls, a.n_before AS n_failed_before, a.n_after AS n_failed_after,
    c.n AS n_commands, c.n_before AS n_commands_failed_before, c.n_after AS n_commands_failed_after
FROM _moments AS m
LEFT JOIN failed AS a ON a.db = m.db AND a.compaction_id = m.compaction_id AND NOT a.is_commands
LEFT JOIN failed AS c ON c.db = m.db AND c.compaction_id = m.compaction_id AND c.is_commands
ORDER BY m.db, m.number
