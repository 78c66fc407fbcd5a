-- One row: one approach (an edit's tool, file and first added line) that was rejected in a session.
-- Reads: failed_paths.
-- Edge cases: an edit without an added line (a deletion, a change by the shell) cannot be compared and has no row. One
-- run of a check rejects all edits since its previous run at one moment, so moments are counted; an edit that several
-- checks rejected was made once: counted per check, the largest count is taken.
WITH rejected AS (
    SELECT db, session_id, file_path, approach, "timestamp" AS rejected_at,
        CASE WHEN json_valid(context) THEN coalesce(context::JSON ->> '$.aim', context::JSON ->> '$.check') END AS aim
    FROM failed_paths
    WHERE approach IS NOT NULL
        AND NOT regexp_full_match(approach, '(?:Bash|Edit|MultiEdit|NotebookEdit|Write) [^:]*')
),
by_aim AS (
    SELECT db, session_id, file_path, approach, aim, min(rejected_at) AS rejected_at,
        greatest(count(DISTINCT rejected_at), 1) AS n
    FROM rejected GROUP BY ALL
)
SELECT db, session_id, file_path, approach, min(rejected_at) AS rejected_at, max(n) AS n_rejections,
    max(n) - 1 AS n_again
FROM by_aim
GROUP BY db, session_id, file_path, approach
ORDER BY db, session_id, n_again DESC, file_path, approach
