-- One row: one answer of the model at or after $since, with its tokens.
SELECT * FROM model_answers WHERE answered_at >= $since ORDER BY db, answer_id
