-- One row: one database that says which project it is of.
-- Reads: project_state.
-- Edge cases:
--   * Worktrees of one repository are one project: a root that is named, else the project's folder less what follows the
--     folder of its worktrees. A database that names neither has NULL.
--     test_session_covariates.py::test_worktrees_of_one_repository_are_one_project
SELECT db, coalesce(
    any_value(nullif(value, '')) FILTER (key = 'project_root'),
    regexp_replace(
        any_value(nullif(value, '')) FILTER (key = 'project_dir'), '/(\.claude/worktrees|\.worktrees)/.*$', ''
    )
) AS project
FROM project_state GROUP BY db ORDER BY db
