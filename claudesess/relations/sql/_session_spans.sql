-- One row: one session seen in any table, with its first and its last sign of life.
-- Reads: _session_signs.
-- Edge cases:
--   * A session whose rows have no time has NULL times.
--     test_private_relations.py::test_a_session_without_times
SELECT db, session_id, min(seen_at) AS first_seen_at, max(seen_at) AS last_seen_at
FROM _session_signs
GROUP BY db, session_id
ORDER BY db, first_seen_at NULLS LAST, session_id
