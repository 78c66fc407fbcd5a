-- One row: one compaction, with the moments between which its session is looked at.
-- Edge cases: a compaction of which only the end was seen is counted from there.
SELECT db, session_id, compaction_id, "trigger", started_at, ended_at,
    coalesce(started_at, ended_at) AS moment_at,
    coalesce(ended_at, started_at) AS resumed_at,
    window_start_at AS since_at,
    window_end_at AS until_at,
    row_number() OVER (PARTITION BY db ORDER BY coalesce(started_at, ended_at) NULLS LAST, compaction_id) AS number
FROM compactions
