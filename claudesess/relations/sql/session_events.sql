-- One row: one thing that happened in a session, in order: what a reader of the session is told.
-- Reads: _hook_facts, session_metrics, _session_marks, tool_calls, _refusals, agent_spans, agent_runs, error_attempts, error_log,
-- compactions, failed_paths, llm_verdicts.
-- Value test: test_session_events.py::test_session_events_value_by_value
-- Edge cases:
--   * Where a writer says who wrote a prompt, its word is taken; else every prompt that a hook saw is one.
--     test_session_events.py::test_prompts_of_a_writer_that_does_not_say_who_wrote_them
--   * A turn that ended is a wait until the next prompt; without one the wait has no end.
--     test_session_events.py::test_a_wait_lasts_until_the_next_prompt
--   * A session that was left, or taken up again, does not wait: the next start or end ends the wait, too.
--     test_session_events.py::test_a_session_that_was_left_does_not_wait
--   * Where a machine's prompt ends it, it was not the user for whom it waited: a notice of a task, a schedule.
--     test_session_events.py::test_a_wait_is_for_whoever_ends_it
--   * Of things of one moment, what began it stands first: a start, a prompt, then the rest, an end last.
--     test_session_events.py::test_things_of_one_moment_stand_in_the_order_in_which_they_are_understood
--   * A refusal is told once, with its reason: a gate's is a failed try of a chain, too.
--     test_session_events.py::test_a_refusal_is_told_once_with_its_reason
--   * A call that the tool turned down is its error; one that was cancelled does not say why, nor has it a reason.
--     test_session_events.py::test_what_did_not_run_is_told_by_why
--   * Rows without a session have none to stand in.
--     test_session_events.py::test_a_row_without_a_session_is_left_out
WITH told_apart AS (SELECT DISTINCT db, session_id FROM session_metrics WHERE event_type = 'prompt'),
prompts AS (
    SELECT db, session_id, id, "timestamp" AS happened_at, key AS what FROM session_metrics WHERE event_type = 'prompt'
    UNION ALL
    SELECT db, session_id, id, "timestamp", NULL
    FROM _hook_facts ANTI JOIN told_apart USING (db, session_id)
    WHERE event_type = 'user_prompt_submit'
),
turns AS (
    SELECT db, session_id, "timestamp" AS happened_at, id, true AS is_stop, NULL::VARCHAR AS what
    FROM _hook_facts WHERE event_type = 'stop' AND agent_id IS NULL
    UNION ALL
    SELECT db, session_id, happened_at, id, false, what FROM prompts
    UNION ALL
    SELECT db, session_id, seen_at, id, false, NULL FROM _session_marks
),
waits AS (
    SELECT *, lead(happened_at) OVER turn AS next_at, lead(is_stop) OVER turn AS is_again,
        lead(what) OVER turn AS next_what
    FROM turns
    WINDOW turn AS (PARTITION BY db, session_id ORDER BY happened_at, is_stop DESC, id)
),
attempts AS (
    SELECT a.db, a.error_id, a.chain_id, e.error_message, e.file_path
    FROM error_attempts AS a JOIN error_log AS e ON e.db = a.db AND e.id = a.error_id
),
subjects AS (
    SELECT db, session_id, key, any_value(value) AS subject
    FROM session_metrics WHERE event_type = 'task_created' GROUP BY db, session_id, key
),
imported AS (SELECT db, call_id FROM tool_calls WHERE is_imported),
happened AS (
    SELECT db, session_id, kind AS "event", seen_at AS happened_at, NULL::TIMESTAMP AS until_at,
        NULL::VARCHAR AS agent_id, coalesce("source", reason) AS what, NULL::VARCHAR AS "text",
        NULL::VARCHAR AS file_path, NULL::BOOLEAN AS is_ok, NULL::BIGINT AS chain_id, id,
        CASE kind WHEN 'session_start' THEN 0 ELSE 9 END AS rank
    FROM _session_marks
    UNION ALL
    SELECT db, session_id, 'prompt', happened_at, NULL, NULL, what, NULL, NULL, NULL, NULL, id, 1 FROM prompts
    UNION ALL
    SELECT db, session_id, 'wait', happened_at, CASE WHEN NOT is_again THEN next_at END, NULL,
        CASE WHEN is_again THEN NULL WHEN next_what = 'machine' THEN 'machine' WHEN next_at IS NOT NULL THEN 'user' END,
        NULL, NULL, NULL, NULL, id, 8
    FROM waits WHERE is_stop AND is_again IS DISTINCT FROM true
    UNION ALL
    SELECT c.db, c.session_id, 'call', coalesce(c.began_at, c.ended_at), c.ended_at, c.agent_id, c.tool,
        coalesce(a.error_message, c.snippet), coalesce(c.file_path, a.file_path), c.is_ok, a.chain_id, c.call_id, 5
    FROM tool_calls AS c LEFT JOIN attempts AS a ON a.db = c.db AND a.error_id = c.error_id
    WHERE NOT c.is_refused
    UNION ALL
    SELECT r.db, r.session_id, 'refused', r.refused_at, NULL, r.agent_id, r.tool, coalesce(a.error_message, r.reason),
        a.file_path, NULL, a.chain_id, r.id, 6
    FROM _refusals AS r LEFT JOIN attempts AS a ON a.db = r.db AND a.error_id = r.error_id
    UNION ALL
    SELECT s.db, s.session_id, 'agent', s.start_at, s.end_at, s.agent_id, r.agent_type, r.task_description, NULL,
        CASE r.status WHEN 'completed' THEN true WHEN 'failed' THEN false WHEN 'aborted_stale' THEN false END,
        NULL, NULL, 4
    FROM agent_spans AS s JOIN agent_runs AS r ON r.db = s.db AND r.agent_id = s.agent_id
    UNION ALL
    SELECT db, session_id, 'compaction', coalesce(started_at, ended_at), ended_at, NULL, "trigger", summary, NULL, NULL,
        NULL, compaction_id, 6
    FROM compactions
    UNION ALL
    SELECT db, session_id, 'rejected', "timestamp", NULL, NULL, NULL, concat_ws(chr(10), approach, reason_failed),
        file_path, NULL, NULL, id, 7
    FROM failed_paths
    UNION ALL
    SELECT db, session_id, 'verdict', "timestamp", NULL, NULL, decision, reason, NULL, decision = 'allow', NULL, id, 7
    FROM llm_verdicts
    UNION ALL
    SELECT m.db, m.session_id,
        CASE m.event_type
            WHEN 'task_created' THEN 'task' WHEN 'task_completed' THEN 'task_done' WHEN 'commit' THEN 'commit'
            WHEN 'interrupt' THEN 'interrupt' WHEN 'stop_failure' THEN 'client_error'
            WHEN 'permission_request' THEN 'permission' WHEN 'tool_error' THEN 'tool_error' ELSE 'cancelled' END,
        m."timestamp", NULL, NULL,
        CASE WHEN m.event_type IN ('interrupt', 'stop_failure', 'permission_request', 'tool_error', 'tool_cancelled') THEN m.key END,
        CASE m.event_type
            WHEN 'task_completed' THEN coalesce(s.subject, m.key) WHEN 'commit' THEN concat_ws(' ', m.key, m.value)
            WHEN 'tool_cancelled' THEN NULL ELSE m.value END,
        NULL, NULL, NULL, m.id, 6
    FROM session_metrics AS m
    LEFT JOIN subjects AS s ON s.db = m.db AND s.session_id = m.session_id AND s.key = m.key
    WHERE m.event_type IN (
        'task_created', 'task_completed', 'commit', 'interrupt', 'stop_failure', 'permission_request', 'tool_error',
        'tool_cancelled'
    )
)
SELECT h.db, h.session_id,
    row_number() OVER (
        PARTITION BY h.db, h.session_id ORDER BY happened_at NULLS LAST, rank, id, "event", agent_id
    ) AS place,
    "event", happened_at, until_at, agent_id, what, "text", file_path, is_ok, chain_id,
    CASE "event" WHEN 'call' THEN i.call_id IS NOT NULL END AS is_imported
FROM happened AS h LEFT JOIN imported AS i ON i.db = h.db AND i.call_id = CASE h."event" WHEN 'call' THEN h.id END
WHERE h.session_id IS NOT NULL
ORDER BY h.db, h.session_id, place
