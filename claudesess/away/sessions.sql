-- One row: one session in which anything happened, or was going on, at or after $since; the last active first.
-- Edge cases: what began before and was over at $since or later counts; a wait does not: nothing happens in it.
SELECT e.db, e.session_id, any_value(c.project) AS project,
    min(greatest(e.happened_at, $since)) AS first_at,
    max(coalesce(e.until_at, e.happened_at)) AS last_at,
    count(*) FILTER (e."event" = 'prompt' AND e.what IS DISTINCT FROM 'machine') AS n_prompts,
    count(*) FILTER (e."event" = 'call') AS n_calls,
    count(*) FILTER (e."event" = 'call' AND NOT e.is_ok) AS n_failed_calls,
    count(*) FILTER (e."event" = 'refused') AS n_refused_calls,
    count(*) FILTER (e.is_imported AND e.until_at > e.happened_at) AS n_imported,
    count(*) FILTER (e."event" = 'task_done') AS n_tasks_done,
    count(*) FILTER (e."event" = 'rejected') AS n_rejected,
    any_value(s.started_at >= $since) AS is_new,
    any_value(s.is_open) AS is_open
FROM session_events AS e
LEFT JOIN session_covariates AS c ON c.db = e.db AND c.session_id = e.session_id
LEFT JOIN sessions AS s ON s.db = e.db AND s.session_id = e.session_id
WHERE greatest(e.happened_at, e.until_at) >= $since AND e."event" <> 'wait'
GROUP BY e.db, e.session_id
ORDER BY last_at DESC, e.db, e.session_id
