-- One row: one chain, the failed tries of one aim in one session since the aim's last success.
-- Reads: error_attempts, error_log, _hook_facts.
-- Value test: test_error_chains.py::test_error_chains
-- Edge cases:
--   * The event that closed a chain names it (`closes`), so does the one with which it was left (`leaves`): a chain that
--     was left and taken up again keeps that as its first event.
--     test_error_chains.py::test_a_chain_is_what_the_collector_says_it_is
--   * From databases of before a chain is closed by the next success of its spelling.
--     test_error_chains.py::test_error_chains[a success ends a chain]
--   * From writers without either, only by the mark auto_fixed.
--     test_error_chains.py::test_error_chains[fixed by the mark alone]
--   * A chain tried again and never marked, with no success seen, is open: censored, not failed.
--     test_error_chains.py::test_error_chains[two checks, two chains]
--   * Where no text is stored, a shell command that is no known program has its tool alone: that names nothing.
--     test_error_chains.py::test_a_command_of_which_only_the_tool_is_known_has_no_name
WITH keys AS (
    SELECT db, error_id, min(id) AS event_id, arg_min(chain, id) AS chain
    FROM _hook_facts
    WHERE error_id IS NOT NULL
    GROUP BY db, error_id
),
named AS (
    SELECT db, "timestamp" AS at, id, 'closes' AS what, unnest(closes) AS chain FROM _hook_facts
    WHERE closes IS NOT NULL
    UNION ALL
    SELECT db, "timestamp", id, 'leaves', unnest(leaves) FROM _hook_facts
    WHERE leaves IS NOT NULL
),
attempts AS (
    SELECT
        a.*, e.file_path, e.error_message, k.chain, k.event_id,
        lead(a.failed_at) OVER (PARTITION BY a.db, a.chain_id ORDER BY a.error_id) AS next_failed_at,
        a.error_id = max(a.error_id) OVER (PARTITION BY a.db, a.chain_id) AS is_last
    FROM error_attempts AS a
    JOIN error_log AS e ON e.db = a.db AND e.id = a.error_id
    LEFT JOIN keys AS k ON k.db = a.db AND k.error_id = a.error_id
),
left_ones AS (
    SELECT DISTINCT a.db, a.error_id
    FROM attempts AS a
    JOIN named AS n
        ON n.db = a.db AND n.chain = a.chain AND n.what = 'leaves' AND n.at >= a.failed_at
        AND (a.next_failed_at IS NULL OR n.at < a.next_failed_at)
),
marked AS (
    SELECT a.*, CASE WHEN l.error_id IS NOT NULL THEN 'abandoned' ELSE a.resolution END AS mark
    FROM attempts AS a LEFT JOIN left_ones AS l ON l.db = a.db AND l.error_id = a.error_id
),
chains AS (
    SELECT
        db,
        any_value(session_id) AS session_id,
        chain_id,
        any_value(chain) AS chain,
        arg_max(kind, error_id) FILTER (kind IS NOT NULL) AS kind,
        any_value(aim) AS aim,
        arg_min(spelling, error_id) FILTER (spelling IS NOT NULL) AS spelling,
        arg_max(error_message, error_id) FILTER (error_message IS NOT NULL) AS message,
        arg_max(error_category, error_id) FILTER (error_category IS NOT NULL) AS error_category,
        arg_max(file_path, error_id) FILTER (file_path IS NOT NULL) AS file_path,
        any_value(agent_id) FILTER (is_last) AS agent_id,
        max(attempt) AS n_attempts,
        max(error_id) AS last_error_id,
        min(failed_at) AS started_at,
        max(failed_at) AS last_failed_at,
        arg_min(mark, error_id) FILTER (mark IS NOT NULL) AS first_mark,
        arg_min(attempt, error_id) FILTER (mark IS NOT NULL) AS first_mark_attempt,
        any_value(resolution) FILTER (is_last) AS last_mark,
        coalesce(bool_or(list_contains(string_split(error_message, chr(10)), 'exit status hidden')), false)
            AS is_hidden
    FROM marked
    GROUP BY db, chain_id
),
closed AS (
    SELECT c.db, c.chain_id, true AS is_closed, min(n.at) AS closed_at
    FROM chains AS c JOIN named AS n ON n.db = c.db AND n.chain = c.chain AND n.what = 'closes'
    GROUP BY c.db, c.chain_id
    UNION ALL
    SELECT c.db, c.chain_id, true, arg_min(s."timestamp", s.id)
    FROM chains AS c
    JOIN _hook_facts AS f ON f.db = c.db AND f.error_id = c.last_error_id
    JOIN _hook_facts AS s
        ON s.db = c.db AND s.session_id = c.session_id AND s.spelling = c.spelling AND s.ok AND s.id > f.id
    WHERE c.chain IS NULL
    GROUP BY c.db, c.chain_id
)
SELECT
    c.db,
    c.session_id,
    c.chain_id,
    c.kind,
    c.aim,
    c.spelling,
    CASE WHEN starts_with(c.message, '$ ') THEN nullif(string_split(substr(c.message, 3), chr(10))[1], 'Bash') END AS tried,
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
