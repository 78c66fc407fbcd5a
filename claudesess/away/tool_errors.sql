-- One row: one call at or after $since in which the tool found an error in what it was asked, and did nothing; in order.
SELECT db, session_id, happened_at, what, "text"
FROM session_events
WHERE "event" = 'tool_error' AND happened_at >= $since
ORDER BY happened_at, db, session_id, place
