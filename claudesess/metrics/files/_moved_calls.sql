-- One row: one call, in every draw; moved as the edits of its thread are.
-- Reads: tool_calls.
WITH moved AS (
    SELECT c.*, s.begin_at, s.span, s.draw,
        hash(c.db, c.session_id, coalesce(c.agent_id, ''), s.draw, $seed) % s.span::UBIGINT AS by_us
    FROM tool_calls AS c JOIN _session_draws AS s ON s.db = c.db AND s.session_id = c.session_id
),
ended AS (
    SELECT * EXCLUDE (begin_at, span, draw, by_us) REPLACE (
        db || chr(31) || draw AS db,
        begin_at + to_microseconds(((epoch_us(ended_at - begin_at) + by_us) % span)::BIGINT) AS ended_at
    )
    FROM moved
)
SELECT * REPLACE (ended_at - to_milliseconds(coalesce(duration_ms, 0)) AS began_at) FROM ended
