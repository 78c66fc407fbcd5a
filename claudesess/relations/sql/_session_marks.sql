-- One row: one start or end of a session, as the client announced it.
-- Reads: _hook_facts, session_metrics.
-- Edge cases:
--   * Ordered by id because clocks may be coarse.
--     test_relations.py::test_when_a_session_is_open[resumed within the same second]
--   * Where a session has none in _hook_facts, they come from session_metrics.
--     test_relations.py::test_when_a_session_is_open[without hook events]
--   * The start that follows an agent's own compaction is none.
--     test_relations.py::test_an_agents_own_compaction_is_none_and_cuts_no_window
WITH hook_marks AS (
    SELECT db, session_id, id, "timestamp" AS seen_at, event_type AS kind, "source", reason
    FROM _hook_facts
    WHERE event_type IN ('session_start', 'session_end') AND agent_id IS NULL
),
metric_marks AS (
    SELECT db, session_id, min(id) AS id, "timestamp" AS seen_at, event_type AS kind,
        any_value(value) FILTER (key = 'source') AS "source",
        any_value(value) FILTER (key = 'reason') AS reason
    FROM session_metrics
    WHERE event_type IN ('session_start', 'session_end')
    GROUP BY db, session_id, "timestamp", event_type
)
SELECT * FROM hook_marks
UNION ALL
SELECT * FROM metric_marks ANTI JOIN hook_marks USING (db, session_id)
