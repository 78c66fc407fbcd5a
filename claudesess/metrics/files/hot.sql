-- One row: one round of edits of a file: those that one thread made of it until its next check, or until none came.
-- Reads: file_claims, tool_calls, error_log, project_state.
-- Edge cases: a check that began before an edit does not judge it. A failure that names a file that was edited in this
-- round is that file's alone, and says nothing of the others; one that names no such file is of all of them. A file in
-- a worktree is the one of its repository. Edits without a time are in no round.
WITH places AS (
    SELECT db, any_value(nullif(value, '')) FILTER (key = 'project_dir') AS folder,
        any_value(nullif(value, '')) FILTER (key = 'project_root') AS root
    FROM project_state GROUP BY db
),
edits AS (
    SELECT f.db, f.session_id, coalesce(f.agent_id, '') AS thread, f."timestamp" AS edited_at, f.file_path AS own_path,
        regexp_replace(
            CASE WHEN starts_with(f.file_path, p.folder || '/') THEN coalesce(p.root, p.folder) || substr(f.file_path, length(p.folder) + 1)
                ELSE f.file_path END,
            '/(\.claude/worktrees|\.worktrees)/[^/]+/', '/'
        ) AS file_path
    FROM file_claims AS f LEFT JOIN places AS p ON p.db = f.db
    WHERE f."timestamp" IS NOT NULL
),
checks AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, call_id, error_id, is_ok,
        coalesce(began_at, ended_at) AS began_at
    FROM tool_calls WHERE kind = 'check' AND is_ok IS NOT NULL AND ended_at IS NOT NULL
),
checked AS (
    SELECT e.*, c.call_id, c.error_id, c.is_ok
    FROM edits AS e ASOF LEFT JOIN checks AS c
        ON c.db = e.db AND c.session_id = e.session_id AND c.thread = e.thread AND e.edited_at <= c.began_at
),
rounds AS (
    SELECT db, session_id, thread, call_id, file_path, any_value(error_id) AS error_id, any_value(is_ok) AS is_ok,
        min(edited_at) AS edited_at, count(*) AS n_edits, list(DISTINCT own_path) AS own_paths
    FROM checked GROUP BY ALL
),
named AS (
    SELECT r.*, list_contains(r.own_paths, l.file_path) AS is_named
    FROM rounds AS r LEFT JOIN error_log AS l ON l.db = r.db AND l.id = r.error_id
),
told AS (
    SELECT *, bool_or(is_named) OVER (PARTITION BY db, session_id, call_id) AS is_one_named FROM named
),
spreads AS (SELECT db, file_path, count(DISTINCT session_id) AS n_sessions FROM edits GROUP BY db, file_path)
SELECT t.db, t.session_id, t.edited_at, t.file_path, nullif(t.thread, '') AS agent_id,
    CASE WHEN s.n_sessions > 1 THEN 'several sessions' ELSE 'one session' END AS spread,
    t.n_edits,
    CASE WHEN t.is_ok THEN false WHEN t.is_named OR NOT coalesce(t.is_one_named, false) THEN NOT t.is_ok END AS is_failed
FROM told AS t JOIN spreads AS s ON s.db = t.db AND s.file_path = t.file_path
ORDER BY t.db, t.edited_at, t.session_id, t.file_path, t.thread, t.call_id
