-- name: practice_comparisons
-- The comparisons of these ids that are there and have a known answer.
SELECT comparison_key, comparison_id, gold FROM comparison
WHERE project_id = $project_id AND is_gold AND comparison_id = ANY (CAST($comparison_ids AS TEXT[]));

-- name: practice_round_of_rater
-- The round a rater is in; 0 is the first.
SELECT coalesce(max(round_no), 0) AS round_no FROM practice_round WHERE rater_key = $rater_key;

-- name: practice_rounds_of_rater
-- The practice rounds a rater began after the first, for their export.
SELECT round_no, started_at FROM practice_round WHERE rater_key = $rater_key ORDER BY round_no;

-- name: practice_answers_of_rater
-- A rater's practice, oldest first.
SELECT c.comparison_key, c.comparison_id, p.round_no, p.choice, p.as_expected, p.answered_at
FROM practice_answer p JOIN comparison c ON c.comparison_key = p.comparison_key
WHERE p.rater_key = $rater_key ORDER BY p.round_no, p.answered_at, p.practice_id;
