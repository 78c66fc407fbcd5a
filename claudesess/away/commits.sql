-- One row: one commit made at or after $since, in order.
-- Edge cases: a commit that is told of twice in a database is one.
SELECT db, any_value(session_id) AS session_id, key AS sha, any_value(value) AS branch, min("timestamp") AS committed_at
FROM session_metrics WHERE event_type = 'commit' AND "timestamp" >= $since
GROUP BY db, key
ORDER BY committed_at, db, sha
