-- One row: one edit, in every draw; each thread's doings are moved by an amount of their own within their session.
-- Reads: file_claims, tool_calls.
-- Edge cases: what leaves the session at its end comes in at its beginning. A draw is a database of its own.
WITH spans AS (
    SELECT db, session_id, min(ended_at) AS begin_at, epoch_us(max(ended_at)) - epoch_us(min(ended_at)) + 1 AS span
    FROM tool_calls WHERE ended_at IS NOT NULL GROUP BY db, session_id
),
draws AS (
    SELECT unnest(range(least($draws, greatest(10, $most // greatest(count(*), 1))))) AS draw FROM tool_calls
),
moved AS (
    SELECT f.*, s.begin_at, s.span, d.draw,
        hash(f.db, f.session_id, coalesce(f.agent_id, ''), d.draw, $seed) % s.span::UBIGINT AS by_us
    FROM file_claims AS f JOIN spans AS s ON s.db = f.db AND s.session_id = f.session_id CROSS JOIN draws AS d
)
SELECT * EXCLUDE (begin_at, span, draw, by_us) REPLACE (
    db || chr(31) || draw AS db,
    begin_at + to_microseconds(((epoch_us("timestamp" - begin_at) + by_us) % span)::BIGINT) AS "timestamp"
)
FROM moved
