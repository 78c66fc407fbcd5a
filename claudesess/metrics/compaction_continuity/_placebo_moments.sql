-- One row: one placebo moment, as if it were a compaction; nothing is known of what came before it but time.
-- Edge cases: moments of several draws lie in one session, so that none begins where another ends.
SELECT unnest($placebo_db) AS db, unnest($placebo_session) AS session_id, unnest($placebo_id) AS compaction_id,
    NULL::VARCHAR AS "trigger", NULL::TIMESTAMP AS window_start_at,
    make_timestamp(unnest($placebo_at)) AS started_at, make_timestamp(unnest($placebo_at)) AS ended_at,
    make_timestamp(unnest($placebo_until)) AS window_end_at
