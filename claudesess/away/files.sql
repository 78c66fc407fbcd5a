-- One row: one file that was edited at or after $since, the last edited first.
-- Edge cases: the main thread counts as one of those who edited it.
SELECT db, file_path, count(*) AS n_edits, count(DISTINCT (session_id, coalesce(agent_id, ''))) AS n_by,
    max("timestamp") AS last_at
FROM file_claims WHERE "timestamp" >= $since
GROUP BY db, file_path
ORDER BY last_at DESC, db, file_path
