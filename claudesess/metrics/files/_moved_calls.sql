-- One row: one call, in every draw; moved as the edits of its thread are.
-- Reads: tool_calls.
WITH spans AS (
    SELECT db, session_id, min(ended_at) AS begin_at, epoch_us(max(ended_at)) - epoch_us(min(ended_at)) + 1 AS span
    FROM tool_calls WHERE ended_at IS NOT NULL GROUP BY db, session_id
),
draws AS (
    SELECT unnest(range(least($draws, greatest(10, $most // greatest(count(*), 1))))) AS draw FROM tool_calls
),
moved AS (
    SELECT c.*, s.begin_at, s.span, d.draw,
        hash(c.db, c.session_id, coalesce(c.agent_id, ''), d.draw, $seed) % s.span::UBIGINT AS by_us
    FROM tool_calls AS c JOIN spans AS s ON s.db = c.db AND s.session_id = c.session_id CROSS JOIN draws AS d
),
ended AS (
    SELECT * EXCLUDE (begin_at, span, draw, by_us) REPLACE (
        db || chr(31) || draw AS db,
        begin_at + to_microseconds(((epoch_us(ended_at - begin_at) + by_us) % span)::BIGINT) AS ended_at
    )
    FROM moved
)
SELECT * REPLACE (ended_at - to_milliseconds(coalesce(duration_ms, 0)) AS began_at) FROM ended
