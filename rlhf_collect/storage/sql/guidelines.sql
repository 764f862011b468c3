-- name: confirmations_of_rater
-- Which versions of the guidelines a rater has confirmed, the newest word first.
SELECT version, confirmed_at FROM guideline_confirmation
WHERE rater_key = $rater_key ORDER BY confirmed_at DESC, confirmation_id DESC;
