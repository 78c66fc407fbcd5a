-- One row: one session that any table names, with what sets it apart from others.
-- Reads: _session_starts, _session_about, session_metrics, _project_roots.
-- Value test: test_session_covariates.py::test_one_row_per_session_with_what_is_known_of_it
-- Edge cases:
--   * Worktrees of one repository are one project; a database that does not say which is a project of its own.
--     test_session_covariates.py::test_worktrees_of_one_repository_are_one_project
--   * Of several client versions in a session the last one counts; of several versions of one instructions file, too.
--     test_session_covariates.py::test_one_row_per_session_with_what_is_known_of_it
WITH clients AS (
    SELECT db, session_id, arg_max(value, id) AS client_version
    FROM session_metrics WHERE event_type = 'client' AND key = 'version'
    GROUP BY db, session_id
),
files AS (
    SELECT db, session_id, key AS file, arg_max(value, id) AS hash
    FROM session_metrics WHERE event_type = 'instructions' AND key IS NOT NULL
    GROUP BY db, session_id, key
),
instructed AS (
    SELECT db, session_id, string_agg(concat_ws(' ', file, hash), ', ' ORDER BY file) AS instructions
    FROM files GROUP BY db, session_id
)
SELECT
    s.db,
    s.session_id,
    s.started_at,
    coalesce(r.project, s.db) AS project,
    b.model,
    c.client_version,
    i.instructions,
    b."source"
FROM _session_starts AS s
LEFT JOIN _session_about AS b ON b.db = s.db AND b.session_id = s.session_id
LEFT JOIN _project_roots AS r ON r.db = s.db
LEFT JOIN clients AS c ON c.db = s.db AND c.session_id = s.session_id
LEFT JOIN instructed AS i ON i.db = s.db AND i.session_id = s.session_id
ORDER BY s.db, s.session_id
