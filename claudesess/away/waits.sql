-- One row: one turn that ended so that its session waited for the user, at or after $since; waited_s is of that time alone.
-- Edge cases: it is over with the next prompt, or the next start or end of the session. NULL over_at: nothing of that was
-- seen, so nobody knows how long it waited, and waited_s is NULL. Of those, one that began before $since has a row where it
-- may wait still: for a day. A session that is silent for longer was left.
SELECT w.db, w.session_id, c.project, w.happened_at AS began_at, w.until_at AS over_at,
    epoch_us(w.until_at - greatest(w.happened_at, $since)) / 1e6 AS waited_s,
    w.until_at IS NULL AND w.happened_at >= $now - INTERVAL 24 HOUR AS may_wait
FROM session_events AS w LEFT JOIN session_covariates AS c ON c.db = w.db AND c.session_id = w.session_id
WHERE w."event" = 'wait' AND w.what IS DISTINCT FROM 'machine' AND w.happened_at <= $now AND (coalesce(w.until_at, w.happened_at) >= $since OR may_wait)
ORDER BY began_at, w.db, w.session_id
