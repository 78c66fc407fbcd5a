-- One row: one chain of failures that was open at a compaction, and whether its check succeeded after it.
-- Reads: compactions, tool_calls.
-- Edge cases: whoever ran the check; until the next compaction or the session's end. NULL where no call is known.
-- Lists that an older writer formatted as text have no rows.
WITH listed AS (
    SELECT db, compaction_id, unnest(json_extract(chains, '$[*]')) AS item,
        generate_subscripts(json_extract(chains, '$[*]'), 1) AS place
    FROM compactions WHERE chains IS NOT NULL
),
passed AS (
    SELECT DISTINCT w.db, w.compaction_id, c.aim FROM _watched AS w JOIN _calls AS c
        ON c.db = w.db AND c.session_id = w.session_id AND c.ended_at > w.moment_at
        AND (w.until_at IS NULL OR c.ended_at <= w.until_at)
    WHERE c.is_ok AND c.aim IS NOT NULL
)
SELECT m.db, m.session_id, m.compaction_id, m.number, l.place, m.moment_at, m."trigger",
    l.item ->> '$.tried' AS tried, l.item ->> '$.category' AS error_category,
    CASE WHEN w.compaction_id IS NOT NULL THEN p.aim IS NOT NULL END AS is_fixed
FROM listed AS l
JOIN _moments AS m ON m.db = l.db AND m.compaction_id = l.compaction_id
LEFT JOIN _watched AS w ON w.db = m.db AND w.compaction_id = m.compaction_id
LEFT JOIN passed AS p ON p.db = m.db AND p.compaction_id = m.compaction_id
    AND p.aim = coalesce(l.item ->> '$.aim', l.item ->> '$.check')
ORDER BY m.db, m.number, l.place
