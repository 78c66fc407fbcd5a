-- One row: one session that was open, with how parallel it was.
-- Reads: session_windows, agent_spans, agent_runs.
-- Edge cases: a session without agents is a row of zeros; one that was open for no time has shares that are NULL.
WITH agents AS (
    SELECT db, session_id, count(*) AS n_agents, count(*) FILTER (NOT is_ended) AS n_open FROM agent_runs
    WHERE spawned_at IS NOT NULL GROUP BY db, session_id
),
opened AS (
    SELECT db, session_id, min(start_at) AS started_at, sum(epoch_us(end_at - start_at)) / 3.6e9 AS open_h
    FROM session_windows GROUP BY db, session_id
),
parallel AS (
    SELECT db, session_id, sum(n_running * length_h) AS busy_h,
        sum(length_h) FILTER (n_running >= 1) AS some_h, sum(length_h) FILTER (n_running >= 2) AS several_h,
        max(n_running) AS most
    FROM _stretches GROUP BY db, session_id
)
SELECT
    o.db,
    o.session_id,
    o.started_at,
    o.open_h,
    coalesce(a.n_agents, 0) AS n_agents,
    coalesce(a.n_open, 0) AS n_open,
    coalesce(p.most, 0) AS most_at_once,
    coalesce(p.busy_h, 0) / nullif(o.open_h, 0) AS mean_running,
    coalesce(p.some_h, 0) / nullif(o.open_h, 0) AS some_share,
    coalesce(p.several_h, 0) / nullif(o.open_h, 0) AS several_share
FROM opened AS o
LEFT JOIN agents AS a USING (db, session_id)
LEFT JOIN parallel AS p USING (db, session_id)
ORDER BY o.db, o.started_at, o.session_id
