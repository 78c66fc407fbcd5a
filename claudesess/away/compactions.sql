-- One row: one compaction that was over, or begun, at or after $since, in order.
SELECT db, session_id, "trigger", started_at, ended_at, tokens_before, tokens_after, n_chains
FROM compactions WHERE greatest(started_at, ended_at) >= $since
ORDER BY coalesce(started_at, ended_at), db, session_id
