-- One row: one compaction of which the moment is known, in a session of which calls are known.
SELECT m.* FROM _moments AS m
SEMI JOIN _calls AS c ON c.db = m.db AND c.session_id = m.session_id
WHERE m.moment_at IS NOT NULL
