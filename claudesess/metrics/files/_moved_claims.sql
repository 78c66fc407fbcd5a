-- One row: one edit, in every draw; each thread's doings are moved by an amount of their own within their session.
-- Reads: file_claims, tool_calls.
-- Edge cases: what leaves the session at its end comes in at its beginning. A draw is a database of its own.
WITH moved AS (
    SELECT f.*, s.begin_at, s.span, s.draw,
        hash(f.db, f.session_id, coalesce(f.agent_id, ''), s.draw, $seed) % s.span::UBIGINT AS by_us
    FROM file_claims AS f JOIN _session_draws AS s ON s.db = f.db AND s.session_id = f.session_id
)
SELECT * EXCLUDE (begin_at, span, draw, by_us) REPLACE (
    db || chr(31) || draw AS db,
    begin_at + to_microseconds(((epoch_us("timestamp" - begin_at) + by_us) % span)::BIGINT) AS "timestamp"
)
FROM moved
