-- One row: one failed attempt, numbered in its chain of failures of one check since the check's last success.
-- Reads: error_log, _hook_facts.
-- Value test: test_error_chains.py::test_error_attempts_value_by_value
-- Edge cases:
--   * The check, and the successes between failures, come from _hook_facts.
--     test_error_chains.py::test_error_chains[a success ends a chain]
--   * Of writers that record no check, failures of one session, file and category belong together.
--     test_error_chains.py::test_error_chains[without a check: by file and category, anew where the number falls]
--   * Either way a chain ends where attempt_number falls.
--     test_error_chains.py::test_error_chains[without a check: by file and category, anew where the number falls]
--   * Rows of one attempt number (two racing hooks, a doubled delivery) are one attempt and share `attempt`.
--     test_error_chains.py::test_error_attempts_value_by_value
WITH checks AS (
    SELECT db, error_id, min(id) AS event_id, arg_min(check_id, id) AS check_id
    FROM _hook_facts
    WHERE error_id IS NOT NULL AND check_id IS NOT NULL
    GROUP BY db, error_id
),
-- Failures and successes of each check in one row of time: the successes so far number the chains.
marks AS (
    SELECT e.db, e.session_id, c.check_id, c.event_id, e.id AS error_id, 0 AS success
    FROM error_log AS e JOIN checks AS c ON c.db = e.db AND c.error_id = e.id
    UNION ALL
    SELECT db, session_id, check_id, id, NULL, 1
    FROM _hook_facts
    WHERE ok AND check_id IS NOT NULL
),
eras AS (
    SELECT db, error_id, check_id, sum(success) OVER (
        PARTITION BY db, session_id, check_id ORDER BY event_id, success ROWS UNBOUNDED PRECEDING
    ) AS era
    FROM marks
    QUALIFY error_id IS NOT NULL
),
grouped AS (
    SELECT
        e.db, e.session_id, e.id AS error_id, e."timestamp" AS failed_at, e.agent_id, e.error_category,
        e.resolution, e.attempt_number, x.check_id, x.era,
        CASE WHEN x.check_id IS NULL THEN e.file_path END AS own_file,
        CASE WHEN x.check_id IS NULL THEN e.error_category END AS own_category
    FROM error_log AS e LEFT JOIN eras AS x ON x.db = e.db AND x.error_id = e.id
),
stepped AS (
    SELECT *, lag(attempt_number) OVER family AS previous, row_number() OVER family AS place
    FROM grouped
    WINDOW family AS (PARTITION BY db, session_id, check_id, era, own_file, own_category ORDER BY error_id)
),
chained AS (
    SELECT *, max(CASE WHEN place = 1 OR attempt_number < previous THEN error_id END) OVER (
        PARTITION BY db, session_id, check_id, era, own_file, own_category
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
    check_id
FROM chained
ORDER BY db, chain_id, error_id
