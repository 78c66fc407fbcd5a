-- One row: one session in one draw, with the stretch in which its calls ended.
-- Reads: tool_calls.
WITH spans AS (
    SELECT db, session_id, min(ended_at) AS begin_at, epoch_us(max(ended_at)) - epoch_us(min(ended_at)) + 1 AS span
    FROM tool_calls WHERE ended_at IS NOT NULL GROUP BY db, session_id
),
draws AS (SELECT unnest(range($draws)) AS draw)
SELECT s.*, d.draw FROM spans AS s CROSS JOIN draws AS d
