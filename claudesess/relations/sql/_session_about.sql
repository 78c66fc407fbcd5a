-- One row: one session that a start or session_metrics names, with its source and its model.
-- Reads: _session_marks, session_metrics.
-- Apart from sessions, so that who groups by these has nothing counted.
-- Edge cases:
--   * A source that is missing in _session_marks comes from session_metrics.
--     test_relations.py::test_when_a_session_is_open[without hook events]
--   * Where no start names the model (a transcript's does not), it is the one that gave the most answers.
--     test_relations.py::test_the_model_of_a_session_that_no_start_names
WITH starts AS (
    SELECT db, session_id, arg_min("source", id) AS "source"
    FROM _session_marks WHERE kind = 'session_start' GROUP BY db, session_id
),
metrics AS (
    SELECT db, session_id,
        coalesce(
            arg_max(value, id) FILTER (event_type = 'session_start' AND key = 'model'),
            mode(answer.model ORDER BY id) FILTER (answer.agent_id IS NULL)
        ) AS model,
        arg_min(value, id) FILTER (event_type = 'session_start' AND key = 'source') AS "source"
    FROM (
        SELECT *, json_transform(
            CASE WHEN event_type = 'tokens' AND json_valid(value) THEN value END,
            '{"model": "VARCHAR", "agent_id": "VARCHAR"}'
        ) AS answer
        FROM session_metrics WHERE event_type IN ('session_start', 'tokens')
    ) GROUP BY db, session_id
)
SELECT db, session_id, coalesce(s."source", m."source") AS "source", m.model
FROM starts AS s FULL JOIN metrics AS m USING (db, session_id)
ORDER BY db, session_id
