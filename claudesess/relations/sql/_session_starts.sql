-- One row: one session that any table names, with when it began and when it was last seen.
-- Reads: _session_spans, _session_marks.
-- Edge cases:
--   * Where no start was seen, its first sign of life is when it began.
--     test_private_relations.py::test_when_sessions_began
--   * Of several starts (a resumed session) the first one in time counts.
--     test_private_relations.py::test_when_sessions_began
WITH starts AS (
    SELECT db, session_id, min(seen_at) AS first_start_at
    FROM _session_marks WHERE kind = 'session_start' GROUP BY db, session_id
)
SELECT s.db, s.session_id, coalesce(t.first_start_at, s.first_seen_at) AS started_at, s.last_seen_at
FROM _session_spans AS s LEFT JOIN starts AS t ON t.db = s.db AND t.session_id = s.session_id
ORDER BY s.db, started_at NULLS LAST, s.session_id
