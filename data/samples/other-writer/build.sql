-- A database of the same schema as another writer fills it. Made by hand; nothing here was recorded.
-- Build it again, from this folder:
--   rm -f other-writer.db; (cat ../../../collector/schema.sql build.sql; echo 'PRAGMA journal_mode = DELETE;') | sqlite3 other-writer.db
-- (journal mode DELETE so that the sample is one file). Session s1: 2026-05-04 09:00 to 09:40. Session s2: killed.

-- No schema_writer: the file does not say who wrote it.
INSERT INTO project_state (key, value, updated_at) VALUES
    ('language', 'python', '2026-05-04 09:00:00'),
    ('session_id', 's2', '2026-05-04T10:00:00Z');

-- The main thread is '' here, and times have whole seconds, or are ISO 8601 with T and Z.
-- a1 names a file twice, a2 has formatted text for a list, a3 never ended, a4 ended without a start.
INSERT INTO agent_registry (id, session_id, agent_type, task_description, spawn_time, end_time, status, files_changed) VALUES
    ('a1', 's1', 'general-purpose', 'Split the parser', '2026-05-04 09:05:00', '2026-05-04 09:15:00', 'completed',
     '["/w/parse.py", "/w/lex.py", "/w/parse.py"]'),
    ('a2', 's1', 'Explore', NULL, '2026-05-04T09:06:00Z', '2026-05-04T09:07:30Z', 'completed', 'parse.py, lex.py'),
    ('a3', 's2', 'Explore', 'Look at the logs', '2026-05-04 10:01:00', NULL, 'running', NULL),
    ('a4', 's1', 'reviewer', NULL, NULL, '2026-05-04 09:20:00', 'done', '[]');

INSERT INTO file_claims (session_id, agent_id, file_path, operation, timestamp) VALUES
    ('s1', 'a1', '/w/parse.py', 'Edit', '2026-05-04 09:06:00'),
    ('s1', '', '/w/main.py', 'Write', '2026-05-04 09:25:00');

INSERT INTO session_metrics (session_id, event_type, key, value, timestamp) VALUES
    ('s1', 'session_start', 'start_time', '2026-05-04 09:00:00', '2026-05-04 09:00:00'),
    ('s1', 'session_start', 'source', 'startup', '2026-05-04 09:00:00'),
    ('s1', 'session_end', 'reason', 'logout', '2026-05-04 09:40:00'),
    ('s2', 'session_start', 'start_time', '2026-05-04T10:00:00Z', '2026-05-04T10:00:00Z');

INSERT INTO failed_paths (session_id, timestamp, file_path, approach, reason_failed, context, still_relevant) VALUES
    ('s1', '2026-05-04 09:12:00', '/w/parse.py', 'recursive descent', 'stack overflow', 'see the log', 1);

-- No check and no `$ ` line. In parse.py attempt 2 is there twice (two hooks raced), then the count starts again.
-- The category `security` is not one of the schema's five.
INSERT INTO error_log (session_id, timestamp, agent_id, file_path, error_category, error_message, attempt_number, resolution) VALUES
    ('s1', '2026-05-04 09:08:00', 'a1', '/w/parse.py', 'test', 'test_parse failed', 1, NULL),
    ('s1', '2026-05-04 09:09:00', 'a1', '/w/parse.py', 'test', 'test_parse failed', 2, NULL),
    ('s1', '2026-05-04 09:09:00', 'a1', '/w/parse.py', 'test', 'test_parse failed', 2, NULL),
    ('s1', '2026-05-04 09:10:00', 'a1', '/w/parse.py', 'test', 'test_parse failed', 3, 'escalated_research'),
    ('s1', '2026-05-04 09:26:00', '', '/w/main.py', 'security', 'eval is unsafe', 1, 'auto_fixed'),
    ('s1', '2026-05-04 09:30:00', '', '/w/parse.py', 'test', 'test_parse failed', 1, NULL);

-- Lists are text; the keys are those that the schema's readers know. No snapshot follows the second compaction.
INSERT INTO context_snapshots (session_id, timestamp, snapshot_type, content) VALUES
    ('s1', '2026-05-04 09:20:00', 'pre_compact',
     '{"trigger": "auto", "files": "- /w/parse.py (3 edits)\n- /w/lex.py (1 edit)", "failed_paths": "recursive descent", "agents": []}'),
    ('s1', '2026-05-04 09:20:10', 'post_compact', '{"summary": "kept the parser plan"}'),
    ('s1', '2026-05-04 09:35:00', 'pre_compact', 'open files: main.py');

-- payload_summary is the payload cut at a length: no JSON. Its own word for the event is in `dispatcher` too.
INSERT INTO hook_events (session_id, timestamp, event_type, dispatcher, payload_summary, exit_code, duration_ms) VALUES
    ('s1', '2026-05-04 09:00:00', 'session_start', 'session_start', '{"session_id":"s1","source":"start', 0, 31),
    ('s1', '2026-05-04 09:01:00', 'user_prompt_submit', 'user_prompt_submit', '{"prompt":"split the par', 0, 12),
    ('s1', '2026-05-04 09:06:00', 'post_tool_use', 'post_tool_use', '{"tool_name":"Edit","tool_in', 0, 18),
    ('s1', '2026-05-04 09:40:00', 'session_end', 'session_end', '', 0, 25),
    ('s2', '2026-05-04T10:00:00Z', 'session_start', 'session_start', NULL, 0, 30);

-- llm_verdicts stays empty: this writer sets up no judge.
