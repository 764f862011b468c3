-- name: confirmations_of_rater
-- Which versions of the guidelines a rater has confirmed, the newest word first.
SELECT version, confirmed_at FROM guideline_confirmation
WHERE rater_key = $rater_key ORDER BY confirmed_at DESC, confirmation_id DESC;

-- name: guidelines_written
-- Which versions of the guidelines leads wrote on their page or through the API, and who, oldest first.
SELECT actor, detail FROM audit
WHERE project_id = $project_id AND deed = 'write guidelines' ORDER BY done_at, audit_id;

-- name: guidelines_used
-- How many raters confirmed each version of the guidelines, and how many judgements stand that were given under it.
SELECT version, CAST(sum(confirmed) AS BIGINT) AS confirmed, CAST(sum(judgements) AS BIGINT) AS judgements FROM (
  SELECT version, count(DISTINCT rater_key) AS confirmed, 0 AS judgements
  FROM guideline_confirmation WHERE project_id = $project_id GROUP BY version
  UNION ALL
  SELECT j.guideline_version, 0, count(*)
  FROM standing_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
  WHERE c.project_id = $project_id GROUP BY j.guideline_version) used
GROUP BY version;
