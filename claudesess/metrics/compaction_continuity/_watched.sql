-- One row: one compaction of which the moment is known, in a session of which calls are known, with the end of the window
-- that is looked at after it: its fiftieth call of the main thread, or the next compaction, or the session's end,
-- whichever comes first. What is far behind a compaction says nothing of it.
-- Made once: it takes as long as what most measures do with it.
WITH places AS (
    SELECT db, session_id, ended_at, row_number() OVER (PARTITION BY db, session_id ORDER BY ended_at, call_id) AS place
    FROM _calls WHERE agent_id IS NULL
),
passed AS (SELECT db, session_id, ended_at, max(place) AS n FROM places GROUP BY db, session_id, ended_at),
before AS (
    SELECT m.*, coalesce(p.n, 0) AS n_before FROM _moments AS m ASOF LEFT JOIN passed AS p
        ON p.db = m.db AND p.session_id = m.session_id AND p.ended_at <= m.moment_at
)
SELECT b.* EXCLUDE (n_before) REPLACE (least(b.until_at, f.ended_at) AS until_at)
FROM before AS b
LEFT JOIN places AS f ON f.db = b.db AND f.session_id = b.session_id AND f.place = b.n_before + 50
SEMI JOIN _calls AS c ON c.db = b.db AND c.session_id = b.session_id
WHERE b.moment_at IS NOT NULL
