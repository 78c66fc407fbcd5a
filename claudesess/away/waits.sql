-- One row: one time during which a session waited for its user at or after $since; waited_s is of that time alone.
-- Edge cases: it is over with the next prompt, or the next start or end of the session; NULL over_at: it waits still. Nobody
-- waits for longer than a day: a session that is silent for so long was left.
WITH marks AS (
    SELECT db, session_id, place, happened_at AS left_at
    FROM session_events WHERE "event" IN ('session_start', 'session_end')
),
waits AS (
    SELECT w.db, w.session_id, w.happened_at AS began_at,
        coalesce(
            least(w.until_at, m.left_at),
            CASE WHEN w.happened_at + INTERVAL 24 HOUR <= $now THEN w.happened_at + INTERVAL 24 HOUR END
        ) AS over_at
    FROM session_events AS w
    ASOF LEFT JOIN marks AS m ON m.db = w.db AND m.session_id = w.session_id AND m.place > w.place
    WHERE w."event" = 'wait'
)
SELECT w.*, c.project,
    epoch_us(coalesce(over_at, $now) - greatest(began_at, $since)) / 1e6 AS waited_s
FROM waits AS w LEFT JOIN session_covariates AS c ON c.db = w.db AND c.session_id = w.session_id
WHERE began_at <= $now AND coalesce(over_at, $now) >= $since
ORDER BY began_at, w.db, w.session_id
