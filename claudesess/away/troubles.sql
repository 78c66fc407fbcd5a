-- One row: one thing at or after $since that kept a session from going on: an error of the client (a limit, the network), a
-- permission that was asked for, a refusal, an interrupt, a call that was cancelled; in order.
SELECT db, session_id, "event", happened_at, what, "text"
FROM session_events
WHERE "event" IN ('client_error', 'permission', 'refused', 'interrupt', 'cancelled') AND happened_at >= $since
ORDER BY happened_at, db, session_id, place
