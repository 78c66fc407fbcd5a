-- One row: one compaction, with the reads of the main thread after it, until the next one or the session's end.
-- Reads: compactions, tool_calls, file_claims.
-- Edge cases: a read at the very moment of the compaction came before it. Lines count as read before where reads from
-- before the compaction, taken together, hold all of them, the file was not changed since by anyone (a read at the
-- very moment of a change tells nothing of what is there now), and they were not read again after it yet. A read
-- whose lines are not known is never one of the same lines: a lower bound. Numbers are NULL where no call is known.
WITH reads AS (
    SELECT db, session_id, call_id, file_path, read_start, read_end, ended_at FROM _calls
    WHERE agent_id IS NULL AND tool = 'Read' AND file_path IS NOT NULL AND is_ok IS NOT FALSE
),
changes AS (
    SELECT db, session_id, file_path, "timestamp" AS changed_at FROM file_claims WHERE "timestamp" IS NOT NULL
),
dated AS (
    SELECT r.*, c.changed_at FROM reads AS r ASOF LEFT JOIN changes AS c
        ON c.db = r.db AND c.session_id = r.session_id AND c.file_path = r.file_path AND c.changed_at <= r.ended_at
),
later AS (
    SELECT w.compaction_id, w.moment_at, d.* FROM _watched AS w JOIN dated AS d
        ON d.db = w.db AND d.session_id = w.session_id AND d.ended_at > w.moment_at
        AND (w.until_at IS NULL OR d.ended_at <= w.until_at)
),
earlier AS (
    SELECT l.db, l.compaction_id, l.call_id, l.read_start AS first_line, l.read_end AS last_line,
        e.ended_at <= l.moment_at AS is_before, e.read_start, e.read_end,
        l.read_start <= l.read_end AND e.read_start IS NOT NULL AND e.read_end IS NOT NULL
            AND (l.changed_at IS NULL OR e.ended_at > l.changed_at) AS tells_lines
    FROM later AS l JOIN reads AS e
        ON e.db = l.db AND e.session_id = l.session_id AND e.file_path = l.file_path
        AND (e.ended_at < l.ended_at OR (e.ended_at = l.ended_at AND e.call_id < l.call_id))
),
-- Ranges of lines in order: as far as they go without a gap, they hold all lines from the first.
reached AS (
    SELECT *, greatest(first_line - 1, max(read_end) OVER (
            PARTITION BY db, compaction_id, call_id, is_before ORDER BY read_start, read_end
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )) AS reach
    FROM earlier WHERE tells_lines
),
gaps AS (
    SELECT *, bool_or(read_start > reach + 1) OVER (
            PARTITION BY db, compaction_id, call_id, is_before ORDER BY read_start, read_end
            ROWS UNBOUNDED PRECEDING
        ) AS is_beyond
    FROM reached
),
covered AS (
    SELECT db, compaction_id, call_id,
        coalesce(max(read_end) FILTER (is_before AND NOT is_beyond) >= any_value(last_line), false) AS had_before,
        coalesce(max(read_end) FILTER (NOT is_before AND NOT is_beyond) >= any_value(last_line), false) AS had_since
    FROM gaps GROUP BY db, compaction_id, call_id
),
known AS (
    SELECT db, compaction_id, call_id FROM earlier WHERE is_before GROUP BY ALL
),
counts AS (
    SELECT l.db, l.compaction_id, count(*) AS n_reads, count(k.call_id) AS n_same_file,
        count(*) FILTER (c.had_before AND NOT c.had_since) AS n_same_lines
    FROM later AS l
    LEFT JOIN known AS k USING (db, compaction_id, call_id)
    LEFT JOIN covered AS c USING (db, compaction_id, call_id)
    GROUP BY l.db, l.compaction_id
)
SELECT m.db, m.session_id, m.compaction_id, m.number, m.moment_at, m."trigger",
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(n.n_reads, 0) END AS n_reads,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(n.n_same_lines, 0) END AS n_same_lines,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(n.n_same_file, 0) END AS n_same_file
FROM _moments AS m
LEFT JOIN _watched AS w ON w.db = m.db AND w.compaction_id = m.compaction_id
LEFT JOIN counts AS n ON n.db = m.db AND n.compaction_id = m.compaction_id
ORDER BY m.db, m.number
