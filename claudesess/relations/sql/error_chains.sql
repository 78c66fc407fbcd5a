-- One row: one chain, the failures of one check in one session since the check's last success.
-- Reads: error_attempts, error_log, _hook_facts.
-- Value test: test_error_chains.py::test_error_chains
-- Edge cases:
--   * closed_at needs the check in _hook_facts, so from writers without it a chain is closed only by the mark auto_fixed.
--     test_error_chains.py::test_error_chains[without a check: by file and category, anew where the number falls]
--   * A chain retried and never marked, with no success seen, is open: censored, not failed.
--     test_error_chains.py::test_error_chains[two checks, two chains]
WITH attempts AS (
    SELECT
        a.*, e.file_path, e.error_message,
        a.resolution IS NOT NULL AS is_marked,
        a.error_id = max(a.error_id) OVER (PARTITION BY a.db, a.chain_id) AS is_last
    FROM error_attempts AS a JOIN error_log AS e ON e.db = a.db AND e.id = a.error_id
),
chains AS (
    SELECT
        db,
        any_value(session_id) AS session_id,
        chain_id,
        any_value(check_id) AS check_id,
        arg_max(error_message, error_id) FILTER (error_message IS NOT NULL) AS message,
        arg_max(error_category, error_id) FILTER (error_category IS NOT NULL) AS error_category,
        arg_max(file_path, error_id) FILTER (file_path IS NOT NULL) AS file_path,
        any_value(agent_id) FILTER (is_last) AS agent_id,
        max(attempt) AS n_attempts,
        max(error_id) AS last_error_id,
        min(failed_at) AS started_at,
        max(failed_at) AS last_failed_at,
        arg_min(resolution, error_id) FILTER (is_marked) AS first_mark,
        arg_min(attempt, error_id) FILTER (is_marked) AS first_mark_attempt,
        any_value(resolution) FILTER (is_last) AS last_mark,
        coalesce(bool_or(list_contains(string_split(error_message, chr(10)), 'exit status hidden')), false)
            AS is_hidden
    FROM attempts
    GROUP BY db, chain_id
),
closed AS (
    SELECT c.db, c.chain_id, true AS is_closed, arg_min(s."timestamp", s.id) AS closed_at
    FROM chains AS c
    JOIN _hook_facts AS f ON f.db = c.db AND f.error_id = c.last_error_id
    JOIN _hook_facts AS s
        ON s.db = c.db AND s.session_id = c.session_id AND s.check_id = c.check_id AND s.ok AND s.id > f.id
    GROUP BY c.db, c.chain_id
)
SELECT
    c.db,
    c.session_id,
    c.chain_id,
    c.check_id,
    CASE WHEN starts_with(c.message, '$ ') THEN string_split(substr(c.message, 3), chr(10))[1] END AS tried,
    c.error_category,
    c.file_path,
    c.agent_id,
    c.n_attempts,
    c.started_at,
    c.last_failed_at,
    x.closed_at,
    CASE
        WHEN c.first_mark = 'auto_fixed' THEN 'fixed'
        WHEN c.first_mark IS NOT NULL THEN c.first_mark
        WHEN x.is_closed THEN 'fixed'
        ELSE 'open'
    END AS first_event,
    coalesce(c.first_mark_attempt, c.n_attempts) AS first_event_attempt,
    CASE
        WHEN x.is_closed OR c.last_mark = 'auto_fixed' THEN 'fixed'
        ELSE coalesce(c.last_mark, 'open')
    END AS outcome,
    c.is_hidden
FROM chains AS c LEFT JOIN closed AS x ON x.db = c.db AND x.chain_id = c.chain_id
ORDER BY c.db, c.chain_id
