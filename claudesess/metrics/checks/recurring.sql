-- One row: one aim in one session in which it was tried, and how often it failed there.
-- Reads: tool_calls, error_chains, error_log, session_windows.
-- Edge cases: an aim is of a kind where any call or chain of it is: a commit that a gate refused is a check, and one that
-- went through is not. Time is lost from a first failure to the success, else to the last failure, while the session was
-- open. What is said, and what mended it, is of the session's first chain of the aim; a command that a runner shows
-- (`$ …`) and a warning say nothing.
WITH aims AS (
    SELECT db, aim FROM tool_calls WHERE $kind = 'all' OR kind = $kind
    UNION
    SELECT db, aim FROM error_chains WHERE $kind = 'all' OR kind = $kind
),
runs AS (
    SELECT db, session_id, aim, min(ended_at) AS first_at, count(*) AS n_runs
    FROM tool_calls WHERE aim IS NOT NULL AND is_ok IS NOT NULL GROUP BY ALL
),
chains AS (
    SELECT *, coalesce(closed_at, last_failed_at) AS until_at,
        row_number() OVER (PARTITION BY db, session_id, aim ORDER BY chain_id) AS place
    FROM error_chains WHERE aim IS NOT NULL
),
lost AS (
    SELECT c.db, c.chain_id,
        sum(epoch_us(least(w.end_at, c.until_at) - greatest(w.start_at, c.started_at))) / 6e7 AS lost_min
    FROM chains AS c JOIN session_windows AS w
        ON w.db = c.db AND w.session_id = c.session_id AND w.start_at <= c.until_at AND w.end_at >= c.started_at
    GROUP BY c.db, c.chain_id
),
mended AS (
    SELECT c.db, c.chain_id, regexp_extract(arg_max(t.file_path, t.call_id), '[^/]+/[^/]+$|[^/]+$') AS mended_in
    FROM chains AS c JOIN tool_calls AS t
        ON t.db = c.db AND t.session_id = c.session_id AND t.ended_at BETWEEN c.last_failed_at AND c.closed_at
    WHERE c.place = 1 AND t.tool IN ('Edit', 'MultiEdit', 'NotebookEdit', 'Write') AND t.is_ok
    GROUP BY c.db, c.chain_id
),
told AS (
    SELECT c.db, c.chain_id, replace(regexp_replace(e.error_message, '^\$ [^\n]*\n?', ''), '\n', chr(10)) AS message
    FROM chains AS c JOIN error_log AS e ON e.db = c.db AND e.id = c.chain_id
    WHERE c.place = 1
),
lines AS (
    SELECT *, list_filter(
        list_transform(string_split(message, chr(10)), lambda line: trim(regexp_replace(line, '^E\s+', ''), ' │┃=-_*#>' || chr(9) || chr(13))),
        lambda line: regexp_matches(line, '[A-Za-z]{3}') AND NOT regexp_matches(
            line, '^(Exit code \d+|exit status hidden|Traceback \(most recent call last\):?|\[\d+ characters cut\])$|^(\[[^\]]+\] )?\$ '
        )
    ) AS said
    FROM told
),
telling AS (
    SELECT *, coalesce(list_filter(said, lambda line: regexp_matches(
        line, '(?i)\b\w*error\b|\bfatal\b|\bfail(ed|ure)\b|\bassert|\bcannot\b|could not|not found|no such|denied|ignored|^\S+:\d+:|\[[A-Z]+\]|invalid'
    ) AND NOT regexp_matches(line, '(?i)\bwarning\b'))[1], said[1]) AS told
    FROM lines
),
words AS (
    SELECT db, chain_id, nullif(left(concat_ws(' ', told, CASE WHEN ends_with(told, ':') THEN said[list_position(said, told) + 1] END), 160), '') AS said,
        nullif(left(coalesce(
            nullif(regexp_extract(message, '(?i)\b(?:run|use|try)\b[^\n]{0,20}\n\s*\n?\s{2,}(\w[^\n]{3,120})', 1), ''),
            nullif(regexp_extract(message, '(?i)\b(?:run|use|try|execute|with)\b:? [''"`“]([^''"`”\n]{3,100})[''"`”]', 1), ''),
            nullif(regexp_extract(message, '(?im)^\s*(?:hint|help|fix): +([^\n]{8,120})', 1), ''),
            regexp_extract(message, '(?i)\b(did you mean[^\n]{3,100})', 1)
        ), 120), '') AS remedy
    FROM telling
),
failed AS (
    SELECT c.db, c.session_id, c.aim, min(c.started_at) AS first_at, count(*) AS n_failures, sum(l.lost_min) AS lost_min,
        any_value(w.said) FILTER (c.place = 1) AS said, any_value(w.remedy) FILTER (c.place = 1) AS remedy,
        any_value(m.mended_in) FILTER (c.place = 1) AS mended_in,
        arg_min(c.error_category, c.chain_id) AS error_category
    FROM chains AS c
    LEFT JOIN lost AS l USING (db, chain_id)
    LEFT JOIN words AS w USING (db, chain_id)
    LEFT JOIN mended AS m USING (db, chain_id)
    GROUP BY c.db, c.session_id, c.aim
)
SELECT db, session_id, aim, least(r.first_at, f.first_at) AS first_at, n.tried, f.error_category,
    coalesce(r.n_runs, 0) AS n_runs, coalesce(f.n_failures, 0) AS n_failures, f.n_failures IS NOT NULL AS is_failed,
    coalesce(f.lost_min, 0.0) AS lost_min, f.said AS message, f.remedy, f.mended_in
FROM runs AS r FULL JOIN failed AS f USING (db, session_id, aim)
JOIN aims USING (db, aim)
LEFT JOIN _named AS n USING (db, aim)
ORDER BY db, first_at, session_id, aim
