-- One row: one failed try, numbered in its chain: the failed tries of one aim since its last success.
-- Reads: error_log, _hook_facts.
-- Value test: test_error_chains.py::test_error_attempts_value_by_value
-- Edge cases:
--   * The collector says in _hook_facts which chain a try belongs to.
--     test_error_chains.py::test_a_chain_is_what_the_collector_says_it_is
--   * Databases of before have no aim: their chains are by the exact spelling, and end with its next success.
--     test_error_chains.py::test_error_chains[a success ends a chain]
--   * Of writers that record neither, failures of one session, file and category belong together.
--     test_error_chains.py::test_error_chains[without a check: by file and category, anew where the number falls]
--   * Without the collector's word a chain ends, too, where attempt_number falls.
--     test_error_chains.py::test_error_chains[anew where the number falls]
--   * Rows of one attempt number (two racing hooks, a doubled delivery) are one attempt and share `attempt`.
--     test_error_chains.py::test_error_attempts_value_by_value
WITH tries AS (
    SELECT
        db, error_id, min(id) AS event_id, arg_min(aim, id) AS aim, arg_min(spelling, id) AS spelling,
        arg_min(kind, id) AS kind, arg_min(chain, id) AS chain
    FROM _hook_facts
    WHERE error_id IS NOT NULL AND spelling IS NOT NULL
    GROUP BY db, error_id
),
-- Failures and successes of each spelling in one row of time: the successes so far number the chains.
marks AS (
    SELECT e.db, e.session_id, t.spelling, t.event_id, e.id AS error_id, 0 AS success
    FROM error_log AS e JOIN tries AS t ON t.db = e.db AND t.error_id = e.id
    WHERE t.chain IS NULL
    UNION ALL
    SELECT db, session_id, spelling, id, NULL, 1
    FROM _hook_facts
    WHERE ok AND spelling IS NOT NULL
),
eras AS (
    SELECT db, error_id, spelling, sum(success) OVER (
        PARTITION BY db, session_id, spelling ORDER BY event_id, success ROWS UNBOUNDED PRECEDING
    ) AS era
    FROM marks
    QUALIFY error_id IS NOT NULL
),
grouped AS (
    SELECT
        e.db, e.session_id, e.id AS error_id, e."timestamp" AS failed_at, e.agent_id, e.error_category,
        e.resolution, e.attempt_number, t.aim, t.spelling, t.kind, t.chain, x.spelling AS repeated, x.era,
        CASE WHEN t.spelling IS NULL THEN e.file_path END AS own_file,
        CASE WHEN t.spelling IS NULL THEN e.error_category END AS own_category
    FROM error_log AS e
    LEFT JOIN tries AS t ON t.db = e.db AND t.error_id = e.id
    LEFT JOIN eras AS x ON x.db = e.db AND x.error_id = e.id
),
stepped AS (
    SELECT *, lag(attempt_number) OVER family AS previous, row_number() OVER family AS place
    FROM grouped
    WINDOW family AS (PARTITION BY db, session_id, chain, repeated, era, own_file, own_category ORDER BY error_id)
),
chained AS (
    SELECT *, max(CASE WHEN place = 1 OR (chain IS NULL AND attempt_number < previous) THEN error_id END) OVER (
        PARTITION BY db, session_id, chain, repeated, era, own_file, own_category
        ORDER BY error_id ROWS UNBOUNDED PRECEDING
    ) AS chain_id
    FROM stepped
)
SELECT
    db,
    session_id,
    chain_id,
    error_id,
    sum(CASE WHEN error_id = chain_id OR attempt_number IS NULL OR previous IS NULL
                  OR attempt_number <> previous THEN 1 ELSE 0 END) OVER (
        PARTITION BY db, chain_id ORDER BY error_id ROWS UNBOUNDED PRECEDING
    )::BIGINT AS attempt,
    failed_at,
    agent_id,
    error_category,
    resolution,
    kind,
    aim,
    spelling
FROM chained
ORDER BY db, chain_id, error_id
