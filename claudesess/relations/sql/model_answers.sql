-- One row: one answer of the model, with the tokens that it took; only imported transcripts tell of them.
-- Reads: session_metrics.
-- Value test: test_relations.py::test_answers_of_the_model_value_by_value
-- Edge cases:
--   * An answer that the client wrote over several lines has one row.
--     importing/test_formats.py::test_tokens_are_counted_once_per_answer_with_its_last_numbers
--   * Numbers that a transcript does not give are NULL.
--     test_relations.py::test_answers_of_the_model_value_by_value
WITH answers AS (
    SELECT db, session_id, id, key AS message_id, "timestamp" AS answered_at,
        json_transform(
            CASE WHEN json_valid(value) THEN value END,
            '{"model": "VARCHAR", "prompt_id": "VARCHAR", "agent_id": "VARCHAR", "input": "BIGINT",
              "output": "BIGINT", "cache_read": "BIGINT", "cache_write": "BIGINT"}'
        ) AS fact
    FROM session_metrics WHERE event_type = 'tokens'
)
SELECT
    db,
    session_id,
    id AS answer_id,
    message_id,
    answered_at,
    fact.model AS model,
    fact.agent_id AS agent_id,
    fact.prompt_id AS prompt_id,
    fact."input" AS input_tokens,
    fact."output" AS output_tokens,
    fact.cache_read AS cache_read_tokens,
    fact.cache_write AS cache_write_tokens
FROM answers
ORDER BY db, answer_id
