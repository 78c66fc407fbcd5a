-- One row: one thing that was open at a compaction, and whether its summary names it.
-- Reads: compactions.
-- Edge cases: what a draft (<analysis>) says does not count. A summary is free prose, so only what it repeats word for
-- word is found, whatever the case and the spaces around signs: a file by its path's end, or by its name where no
-- other open file has it; a task or an agent by its description; an approach by the line that it added; a chain by its
-- command, or by a test that this names. Texts of fewer than four signs say nothing. NULL without a summary; where an
-- older writer formatted the list as text, its items are counted, and neither known nor found.
WITH lists AS (
    SELECT db, compaction_id, 'chains' AS kind, 1 AS rank, chains AS list, n_chains AS n, 'tried' AS name FROM compactions
    UNION ALL SELECT db, compaction_id, 'failed_paths', 2, failed_paths, n_failed_paths, 'approach' FROM compactions
    UNION ALL SELECT db, compaction_id, 'files', 3, files, n_files, 'path' FROM compactions
    UNION ALL SELECT db, compaction_id, 'agents', 4, agents, n_agents, 'task' FROM compactions
    UNION ALL SELECT db, compaction_id, 'tasks', 5, tasks, n_tasks, 'subject' FROM compactions
),
items AS (
    SELECT db, compaction_id, kind, rank, generate_subscripts(json_extract(list, '$[*]'), 1) AS place,
        coalesce(json_extract_string(unnest(json_extract(list, '$[*]')), '$.' || name), '') AS item
    FROM lists WHERE list IS NOT NULL
    UNION ALL
    SELECT db, compaction_id, kind, rank, unnest(range(1, least(n, 100000) + 1)), NULL
    FROM lists WHERE list IS NULL AND n IS NOT NULL
),
bases AS (
    SELECT *, regexp_extract(item, '([^/]*)/*$', 1) AS base,
        regexp_extract(item, '([^/]+/+)?[^/]*/*$') AS last_two
    FROM items
),
phrased AS (
    SELECT db, compaction_id, kind, place, unnest(CASE kind
        WHEN 'files' THEN
            [CASE WHEN count(*) OVER (PARTITION BY db, compaction_id, kind, base) = 1 THEN base ELSE last_two END]
        WHEN 'failed_paths' THEN
            [CASE WHEN contains(item, ': ') THEN substr(item, strpos(item, ': ') + 2) ELSE item END]
        -- test files and tests that a command names: to name `calc.py` is not to name `ruff check calc.py`
        WHEN 'chains' THEN list_concat([item], list_filter(
            regexp_extract_all(item, '[\p{L}\p{N}_.-]+'),
            lambda word: regexp_matches(word, '^[\p{L}\p{N}_]')
                AND regexp_matches(word,
                    '(?:^|[_.-])(?:test|spec)s?[_.-][\p{L}\p{N}_]|[\p{L}\p{N}_]_test(?:$|[^\p{L}\p{N}_])')))
        ELSE [item] END) AS phrase
    FROM bases WHERE item IS NOT NULL
),
tokens AS (
    SELECT db, compaction_id, kind, place,
        regexp_extract_all(lower(rtrim(phrase, ' .,;:!')), '[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s\p{Z}]') AS tokens
    FROM phrased
),
-- What a word and a space are. Classes of Unicode take a hundred times as long to compile: only a phrase that has
-- such letters pays for them. For all others the letters of the text that are not ASCII are one sign, \x01.
signs AS (
    SELECT *, CASE WHEN is_ascii THEN '[a-z0-9_\x01' ELSE '[\p{L}\p{N}_' END AS word,
        CASE WHEN is_ascii THEN '\s' ELSE '[\s\p{Z}]' END AS space
    FROM (SELECT *, regexp_full_match(array_to_string(tokens, ''), '[\x00-\x7F]*') AS is_ascii FROM tokens)
    WHERE length(array_to_string(tokens, '')) >= 4
),
patterns AS (
    SELECT db, compaction_id, kind, place, tokens, is_ascii,
        CASE WHEN regexp_matches(tokens[1], '^[\p{L}\p{N}_]')
            THEN '(?:^|' || replace(word, '[', '[^') || '.-])' ELSE '' END
        || array_to_string(list_transform(tokens, lambda token, nth: CASE
            WHEN nth = 1 THEN ''
            WHEN regexp_matches(token, '^[\p{L}\p{N}_]') AND regexp_matches(tokens[nth - 1], '^[\p{L}\p{N}_]')
                THEN space || '+'
            ELSE space || '*' END || regexp_escape(token)), '')
        || CASE WHEN regexp_matches(tokens[-1], '^[\p{L}\p{N}_]') THEN '(?:$|' || replace(word, '[', '[^')
            || '.-]|[.-](?:$|' || replace(word, '[', '[^') || ']))' ELSE '' END AS pattern
    FROM signs
),
texts AS (
    SELECT db, compaction_id, CASE
        WHEN contains(summary, '<summary>') THEN
            lower(string_split(substr(summary, strpos(summary, '<summary>') + 9), '</summary>')[1])
        ELSE lower(regexp_replace(summary, '(?s)<analysis>.*?</analysis>', '', 'g')) END AS text
    FROM compactions WHERE summary IS NOT NULL
),
folded AS (
    SELECT *, regexp_replace(text, '[\s\p{Z}]+', '', 'g') AS dense,
        regexp_replace(regexp_replace(text, '\p{Z}', ' ', 'g'), '[^\P{L}\x00-\x7F]|[^\P{N}\x00-\x7F]', chr(1), 'g') AS ascii
    FROM texts
),
found AS (
    SELECT p.db, p.compaction_id, p.kind, p.place,
        -- a plain search for the signs alone comes first: it is cheap, and most things are not named
        bool_or(CASE WHEN contains(t.dense, array_to_string(p.tokens, ''))
            THEN regexp_matches(CASE WHEN p.is_ascii THEN t.ascii ELSE t.text END, p.pattern) ELSE false END) AS is_named
    FROM patterns AS p JOIN folded AS t USING (db, compaction_id)
    GROUP BY p.db, p.compaction_id, p.kind, p.place
)
SELECT m.db, m.session_id, m.compaction_id, m.number, i.kind, i.place, m.moment_at, m."trigger", i.item,
    CASE WHEN i.item IS NOT NULL AND t.text IS NOT NULL THEN coalesce(f.is_named, false) END AS is_named
FROM items AS i
JOIN _moments AS m ON m.db = i.db AND m.compaction_id = i.compaction_id
LEFT JOIN texts AS t ON t.db = i.db AND t.compaction_id = i.compaction_id
LEFT JOIN found AS f ON f.db = i.db AND f.compaction_id = i.compaction_id AND f.kind = i.kind AND f.place = i.place
ORDER BY m.db, m.number, i.rank, i.place
