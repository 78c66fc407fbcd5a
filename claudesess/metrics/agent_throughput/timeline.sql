-- One row: one time that an agent ran.
-- Reads: agent_spans, agent_runs.
-- Edge cases: stretches are numbered within a file; a pause without any agent that is longer than pause_minutes
-- begins another. An agent that was taken up again has several rows, only the last of which can be open.
WITH ran AS (
    SELECT s.db, s.session_id, s.agent_id, s.start_at, s.end_at, a.agent_type, a.task_description AS task, a.status,
        NOT a.is_ended AND row_number() OVER (PARTITION BY s.db, s.agent_id ORDER BY s.start_at DESC) = 1 AS is_open,
        max(s.end_at) OVER (
            PARTITION BY s.db ORDER BY s.start_at, s.end_at, s.agent_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reach_at
    FROM agent_spans AS s JOIN agent_runs AS a ON a.db = s.db AND a.agent_id = s.agent_id
),
placed AS (
    SELECT *, sum(CASE WHEN start_at > reach_at + to_minutes($pause_minutes) THEN 1 ELSE 0 END) OVER (
            PARTITION BY db ORDER BY start_at, end_at, agent_id ROWS UNBOUNDED PRECEDING
        ) AS stretch
    FROM ran
),
sizes AS (
    SELECT db, stretch, count(DISTINCT agent_id) AS n_in_stretch FROM placed GROUP BY db, stretch
)
SELECT p.db, p.session_id, p.agent_id, p.start_at, p.end_at, p.agent_type, p.task, p.status, p.is_open, p.stretch,
    z.n_in_stretch
FROM placed AS p JOIN sizes AS z USING (db, stretch)
ORDER BY p.db, p.start_at, p.agent_id
