-- One row: one aim that failed in a database, in the fewest words in which it was tried; of git the verb.
SELECT db, aim, CASE WHEN git = '' THEN tried ELSE git END AS tried
FROM (
    SELECT db, aim, arg_min(tried, (length(tried), tried)) AS tried, regexp_extract(
        arg_min(tried, (length(tried), tried)),
        '^(?:git add [^;&|]*&& )?(git (?:am|apply|checkout|cherry-pick|clone|commit|fetch|merge|pull|push|rebase|revert|stash|switch|tag))\b', 1
    ) AS git
    FROM error_chains WHERE tried IS NOT NULL GROUP BY db, aim
)
