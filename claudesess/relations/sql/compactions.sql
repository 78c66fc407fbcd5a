-- One row: one compaction of a session's context, with the lists noted when it began; an agent's own has no row.
-- Reads: context_snapshots, session_metrics, _session_spans.
-- Value test: test_relations.py::test_compactions_value_by_value
-- Edge cases:
--   * A snapshot after a compaction belongs to the one before that it names, else to the session's latest one before
--     it; each is taken once, and one left over has a row of its own.
--     test_relations.py::test_compactions_are_paired_once
--   * Lists that are formatted text, as an older writer has them, read as NULL; their bulleted lines are counted, other
--     text is not.
--     test_relations.py::test_lists_of_older_writers_are_counted_where_they_can_be
--   * An agent's own has no row.
--     test_relations.py::test_an_agents_own_compaction_is_none_and_cuts_no_window
WITH all_snapshots AS (
    SELECT db, id, session_id, "timestamp" AS seen_at, snapshot_type,
        CASE WHEN json_valid(content) THEN content::JSON END AS note
    FROM context_snapshots
    WHERE snapshot_type IN ('pre_compact', 'post_compact')
),
snapshots AS (SELECT * FROM all_snapshots WHERE nullif(note ->> '$.agent_id', '') IS NULL),
pres AS (SELECT * FROM snapshots WHERE snapshot_type = 'pre_compact'),
posts AS (
    SELECT s.*, coalesce(max(named.id), max(earlier.id)) AS pre_id
    FROM snapshots AS s
    LEFT JOIN pres AS named
        ON named.db = s.db AND named.session_id IS NOT DISTINCT FROM s.session_id
        AND named.id = try_cast(s.note ->> '$.pre_snapshot_id' AS BIGINT)
    LEFT JOIN pres AS earlier
        ON earlier.db = s.db AND earlier.session_id IS NOT DISTINCT FROM s.session_id AND earlier.id < s.id
    WHERE s.snapshot_type = 'post_compact'
    GROUP BY ALL
),
paired AS (
    SELECT *, pre_id IS NOT NULL AND row_number() OVER (PARTITION BY db, pre_id ORDER BY id) = 1 AS is_pair
    FROM posts
),
joined AS (
    SELECT pre.db, pre.session_id, pre.id AS compaction_id, pre.seen_at AS started_at, post.seen_at AS ended_at,
        post.id IS NOT NULL AS is_complete, pre.note AS pre_note, post.note AS post_note, post.id AS post_id
    FROM pres AS pre LEFT JOIN paired AS post ON post.db = pre.db AND post.pre_id = pre.id AND post.is_pair
    UNION ALL
    SELECT db, session_id, id, NULL, seen_at, false, NULL, note, id FROM paired WHERE NOT is_pair
),
-- Only an imported transcript tells how many tokens there were, of the snapshot taken after.
tokens AS (
    SELECT db, try_cast(key AS BIGINT) AS post_id,
        any_value(json_transform(CASE WHEN json_valid(value) THEN value END,
            '{"before": "BIGINT", "after": "BIGINT"}')) AS fact
    FROM session_metrics WHERE event_type = 'compaction_tokens' AND key IS NOT NULL
    GROUP BY ALL
),
listed AS (
    SELECT *, lead(coalesce(started_at, ended_at)) OVER (
            PARTITION BY db, session_id ORDER BY compaction_id
        ) AS next_at,
        lag(coalesce(started_at, ended_at)) OVER (
            PARTITION BY db, session_id ORDER BY compaction_id
        ) AS window_start_at,
        pre_note -> '$.chains' AS chains,
        pre_note -> '$.failed_paths' AS failed_paths,
        pre_note -> '$.files' AS files,
        pre_note -> '$.agents' AS agents,
        pre_note -> '$.tasks' AS tasks
    FROM joined
)
SELECT
    j.db,
    j.session_id,
    j.compaction_id,
    coalesce(j.pre_note ->> '$.trigger', j.post_note ->> '$.trigger') AS "trigger",
    j.started_at,
    j.ended_at,
    j.is_complete,
    j.post_note ->> '$.compact_summary' AS summary,
    try_cast(j.post_note ->> '$.summary_chars' AS BIGINT) AS summary_chars,
    t.fact."before" AS tokens_before,
    t.fact."after" AS tokens_after,
    n_items(j.chains) AS n_chains,
    n_items(j.failed_paths) AS n_failed_paths,
    n_items(j.files) AS n_files,
    n_items(j.agents) AS n_agents,
    n_items(j.tasks) AS n_tasks,
    only_list(j.chains) AS chains,
    only_list(j.failed_paths) AS failed_paths,
    only_list(j.files) AS files,
    only_list(j.agents) AS agents,
    only_list(j.tasks) AS tasks,
    j.window_start_at,
    coalesce(j.next_at, s.last_seen_at) AS window_end_at
FROM listed AS j
LEFT JOIN tokens AS t ON t.db = j.db AND t.post_id = j.post_id
LEFT JOIN _session_spans AS s ON s.db = j.db AND s.session_id = j.session_id
ORDER BY j.db, j.compaction_id
