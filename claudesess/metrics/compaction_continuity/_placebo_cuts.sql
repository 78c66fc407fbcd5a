-- One row: one compaction, with how many calls of its session came before it.
-- Reads: compactions, tool_calls.
SELECT w.db, w.session_id, w.compaction_id, w.number, w."trigger", count(c.call_id) AS n_before
FROM _watched AS w
LEFT JOIN _calls AS c ON c.db = w.db AND c.session_id = w.session_id AND c.ended_at <= w.moment_at
GROUP BY ALL ORDER BY w.db, w.number
