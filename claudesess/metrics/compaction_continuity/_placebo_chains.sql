-- One row: one placebo moment, as if it were a compaction, with the chains of failures that were open then.
-- Reads: _hook_facts, error_log.
-- Edge cases: a chain is open from a failed try until an event closes it, or it is left. Where the writer does not say
-- which chain a try belongs to, none is listed.
WITH moments AS (
    SELECT unnest($placebo_db) AS db, unnest($placebo_session) AS session_id, unnest($placebo_id) AS compaction_id,
        make_timestamp(unnest($placebo_at)) AS moment_at, make_timestamp(unnest($placebo_until)) AS window_end_at
),
steps AS (
    SELECT db, chain, "timestamp" AS step_at, id, true AS is_open FROM _hook_facts
    WHERE chain IS NOT NULL AND error_id IS NOT NULL
    UNION ALL SELECT db, unnest(closes), "timestamp", id, false FROM _hook_facts WHERE closes IS NOT NULL
    UNION ALL SELECT db, unnest(leaves), "timestamp", id, false FROM _hook_facts WHERE leaves IS NOT NULL
),
known AS (
    SELECT f.db, f.session_id, f.chain, any_value(f.aim) AS aim, arg_max(e.error_category, e.id) AS category,
        arg_max(string_split(substr(e.error_message, 3), chr(10))[1], e.id) AS tried
    FROM _hook_facts AS f JOIN error_log AS e ON e.db = f.db AND e.id = f.error_id
    WHERE f.chain IS NOT NULL GROUP BY f.db, f.session_id, f.chain
),
states AS (
    SELECT m.db, m.compaction_id, k.chain, any_value(k.aim) AS aim, any_value(k.category) AS category,
        any_value(k.tried) AS tried, arg_max(s.is_open, s.id) AS is_open, max(s.id) AS last_id
    FROM moments AS m
    JOIN known AS k ON k.db = m.db AND k.session_id = m.session_id
    JOIN steps AS s ON s.db = k.db AND s.chain = k.chain AND s.step_at <= m.moment_at
    GROUP BY m.db, m.compaction_id, k.chain
),
listed AS (
    SELECT db, compaction_id,
        to_json(list({'aim': aim, 'tried': tried, 'category': category} ORDER BY last_id DESC)) AS chains
    FROM states WHERE is_open GROUP BY db, compaction_id
)
SELECT m.db, m.session_id, m.compaction_id, NULL::VARCHAR AS "trigger", NULL::TIMESTAMP AS window_start_at,
    m.moment_at AS started_at, m.moment_at AS ended_at, m.window_end_at, l.chains
FROM moments AS m LEFT JOIN listed AS l USING (db, compaction_id)
