-- One row: one compaction, with how many of its main thread's last calls before it failed, and of as many after it.
-- Reads: compactions, tool_calls.
-- Edge cases: calls of which the outcome is not known do not count. Before goes back to the compaction before, after
-- goes on to the next one or the session's end; k calls at most, fewer where there are fewer on one side.
WITH sides AS (
    SELECT w.db, w.compaction_id, c.ended_at <= w.moment_at AS is_before, NOT c.is_ok AS is_failed, t.is_commands,
        row_number() OVER (
            PARTITION BY w.db, w.compaction_id, t.is_commands, c.ended_at <= w.moment_at
            ORDER BY CASE WHEN c.ended_at <= w.moment_at THEN -epoch_us(c.ended_at) ELSE epoch_us(c.ended_at) END,
                CASE WHEN c.ended_at <= w.moment_at THEN -c.call_id ELSE c.call_id END
        ) AS place
    FROM _watched AS w
    JOIN _calls AS c ON c.db = w.db AND c.session_id = w.session_id
        AND (w.since_at IS NULL OR c.ended_at > w.since_at) AND (w.until_at IS NULL OR c.ended_at <= w.until_at)
    JOIN (VALUES (false), (true)) AS t(is_commands) ON NOT t.is_commands OR c.tool IN ('Bash', 'PowerShell')
    WHERE c.agent_id IS NULL AND c.is_ok IS NOT NULL
),
sizes AS (
    SELECT db, compaction_id, is_commands,
        least(count(*) FILTER (is_before), count(*) FILTER (NOT is_before), $k) AS n
    FROM sides GROUP BY db, compaction_id, is_commands
),
failed AS (
    SELECT s.db, s.compaction_id, s.is_commands, any_value(z.n) AS n,
        count(*) FILTER (s.is_failed AND s.is_before AND s.place <= z.n) AS n_before,
        count(*) FILTER (s.is_failed AND NOT s.is_before AND s.place <= z.n) AS n_after
    FROM sides AS s JOIN sizes AS z USING (db, compaction_id, is_commands)
    GROUP BY s.db, s.compaction_id, s.is_commands
)
SELECT m.db, m.session_id, m.compaction_id, m.number, m.moment_at, m."trigger",
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(a.n, 0) END AS n_calls,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(a.n_before, 0) END AS n_failed_before,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(a.n_after, 0) END AS n_failed_after,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(c.n, 0) END AS n_commands,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(c.n_before, 0) END AS n_commands_failed_before,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(c.n_after, 0) END AS n_commands_failed_after
FROM _moments AS m
LEFT JOIN _watched AS w ON w.db = m.db AND w.compaction_id = m.compaction_id
LEFT JOIN failed AS a ON a.db = m.db AND a.compaction_id = m.compaction_id AND NOT a.is_commands
LEFT JOIN failed AS c ON c.db = m.db AND c.compaction_id = m.compaction_id AND c.is_commands
ORDER BY m.db, m.number
