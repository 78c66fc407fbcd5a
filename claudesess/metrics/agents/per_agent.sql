-- One row: one agent that is over, with what it took and whether something came of it.
-- Reads: agent_runs, model_answers.
-- Edge cases: one that was stopped, or given up because nothing was seen of it any longer, is over; one that runs is no
-- row. Tokens are those that it read anew, kept in the cache or wrote; only transcripts have them.
WITH answers AS (
    SELECT db, agent_id,
        sum(coalesce(input_tokens, 0) + coalesce(cache_write_tokens, 0) + coalesce(output_tokens, 0)) AS tokens
    FROM model_answers WHERE agent_id IS NOT NULL GROUP BY db, agent_id
)
SELECT r.db, r.session_id, r.agent_id, r.ended_at, r.agent_type, r.status, r.observed_s / 60 AS observed_min, a.tokens,
    r.n_tool_calls, r.n_failed_calls, r.status <> 'completed' AS is_lost
FROM agent_runs AS r LEFT JOIN answers AS a USING (db, agent_id)
WHERE r.status IN ('completed', 'failed', 'aborted_stale')
ORDER BY r.db, r.ended_at NULLS LAST, r.agent_id
