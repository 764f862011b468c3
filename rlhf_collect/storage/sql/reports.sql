-- name: progress_counts
-- How far a project is: comparisons by number of raters' judgements, practice left out, and what was imported beside.
-- What was taken back is to nobody but its rater as if it had not been given.
WITH per_comparison AS (
  SELECT c.comparison_key, count(DISTINCT j.judgement_id) AS judged
  FROM comparison c
  LEFT JOIN current_judgement j
    ON j.comparison_key = c.comparison_key AND j.submitted_at IS NOT NULL AND j.repeat_no = 0
  WHERE c.project_id = $project_id AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]))
  GROUP BY c.comparison_key)
SELECT count(*) AS comparisons,
       coalesce(sum(judged), 0) AS judgements,
       count(*) FILTER (WHERE judged >= $overlap) AS complete,
       count(*) FILTER (WHERE judged > 0 AND judged < $overlap) AS started,
       coalesce(sum(CASE WHEN judged < $overlap THEN $overlap - judged ELSE 0 END), 0) AS judgements_left,
       (SELECT count(*) FROM judgement i WHERE i.project_id = $project_id AND i.submitted_at IS NULL
          AND i.revision_no = 0) AS imported_judgements,
       (SELECT count(DISTINCT r.rater_key) FROM current_judgement r WHERE r.project_id = $project_id
          AND r.submitted_at IS NOT NULL) AS raters
FROM per_comparison;

-- name: own_judgement
-- Whether a rater of this service has judged in a project.
SELECT EXISTS (SELECT 1 FROM judgement WHERE project_id = $project_id AND submitted_at IS NOT NULL) AS judged;

-- name: judgements_by_day
-- Judgements of raters per day, those taken back left out.
SELECT submitted_on AS day, count(DISTINCT judgement_id) AS judgements FROM judgement
WHERE project_id = $project_id AND submitted_at IS NOT NULL AND revision_no = 0
  AND judgement_id IN (SELECT judgement_id FROM current_judgement WHERE project_id = $project_id)
GROUP BY submitted_on ORDER BY submitted_on;

-- name: judgement_rows
-- The newest revision of every judgement that stood at a place in the whole store, for exports, in order of arrival.
SELECT j.sequence_no, c.comparison_id, r.name AS rater, r.rater_key, r.imported, j.criterion, j.choice, j.strength, j.degree,
       j.ranking, j.points, j.reasons, j.order_asked, j.presentation, j.rationale, j.submitted_on, j.guideline_version, j.interface_version
FROM judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
JOIN rater r ON r.rater_key = j.rater_key
LEFT JOIN (
  SELECT judgement_id, max(sequence_no) AS sequence_no FROM withdrawal WHERE sequence_no <= $last_sequence
  GROUP BY judgement_id) w ON w.judgement_id = j.judgement_id
WHERE j.project_id = $project_id AND j.sequence_no > $after AND j.sequence_no <= $last_sequence
  AND NOT EXISTS (
    SELECT 1 FROM judgement later
    WHERE later.revision_no > 0 AND later.sequence_no <= $last_sequence
      AND later.judgement_id = j.judgement_id AND later.criterion = j.criterion
      AND later.revision_no = j.revision_no + 1)
  AND (w.sequence_no IS NULL OR w.sequence_no < j.sequence_no)
ORDER BY j.sequence_no LIMIT $most;

-- name: criteria_answered
-- The criteria judgements of a project name: those of its file, of the turns they unfolded into, and of imports.
SELECT criterion, count(*) AS judgements FROM current_judgement
WHERE project_id = $project_id GROUP BY criterion ORDER BY criterion;
