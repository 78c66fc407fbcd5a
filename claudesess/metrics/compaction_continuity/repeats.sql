-- One row: one compaction, with the edits after it, whoever made them, until the next one or the session's end.
-- Reads: compactions, tool_calls, failed_paths.
-- Edge cases: an edit that added no line cannot be compared and does not count; an edit is a repeat where an approach
-- that was rejected before the compaction has its tool, its file and its first added line.
WITH edits AS (
    SELECT w.compaction_id, w.moment_at, c.* FROM _watched AS w JOIN _calls AS c
        ON c.db = w.db AND c.session_id = w.session_id AND c.ended_at > w.moment_at
        AND (w.until_at IS NULL OR c.ended_at <= w.until_at)
    WHERE c.tool IN ('Edit', 'MultiEdit', 'NotebookEdit', 'Write') AND c.file_path IS NOT NULL AND c.snippet IS NOT NULL
        AND c.is_ok IS NOT FALSE
),
repeated AS (
    SELECT e.db, e.compaction_id, e.call_id, e.ended_at, arg_min(r.approach, r.id) AS approach
    FROM edits AS e JOIN failed_paths AS r
        ON r.db = e.db AND r.session_id = e.session_id AND r.file_path = e.file_path AND r."timestamp" <= e.moment_at
        AND starts_with(r.approach, e.tool || ' ') AND ends_with(r.approach, ': ' || e.snippet)
        AND (e.file_path = substr(r.approach, length(e.tool) + 2, length(r.approach) - length(e.tool) - length(e.snippet) - 3)
            OR ends_with(e.file_path, '/' || substr(
                r.approach, length(e.tool) + 2, length(r.approach) - length(e.tool) - length(e.snippet) - 3
            )))
    GROUP BY e.db, e.compaction_id, e.call_id, e.ended_at
),
counts AS (SELECT db, compaction_id, count(*) AS n_edits FROM edits GROUP BY ALL),
found AS (
    SELECT db, compaction_id, count(*) AS n_repeats,
        string_agg(approach, chr(10) ORDER BY ended_at, call_id) AS approaches
    FROM repeated GROUP BY ALL
)
SELECT m.db, m.session_id, m.compaction_id, m.number, m.moment_at, m."trigger",
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(n.n_edits, 0) END AS n_edits,
    CASE WHEN w.compaction_id IS NOT NULL THEN coalesce(f.n_repeats, 0) END AS n_repeats,
    f.approaches
FROM _moments AS m
LEFT JOIN _watched AS w ON w.db = m.db AND w.compaction_id = m.compaction_id
LEFT JOIN counts AS n ON n.db = m.db AND n.compaction_id = m.compaction_id
LEFT JOIN found AS f ON f.db = m.db AND f.compaction_id = m.compaction_id
ORDER BY m.db, m.number
