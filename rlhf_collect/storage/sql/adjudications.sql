-- name: comparison_to_decide
-- A comparison by its public id, and how many judgements of a criterion stand on it.
SELECT c.comparison_key, c.comparison_id, c.is_gold,
       (SELECT count(*) FROM current_judgement j
        WHERE j.comparison_key = c.comparison_key AND j.criterion = $criterion AND j.repeat_no = 0) AS judgements
FROM comparison c WHERE c.project_id = $project_id AND c.comparison_id = $comparison_id;

-- name: adjudication_of
-- What somebody last decided about a comparison and criterion, whether or not it was taken back.
SELECT adjudication_id, revision_no, choice, strength, reason FROM adjudication
WHERE comparison_key = $comparison_key AND criterion = $criterion AND rater_key = $rater_key
ORDER BY revision_no DESC LIMIT 1;

-- name: decisions_on_comparisons
-- What was decided about some comparisons by a criterion: the first is what a version goes by, the latest of a lead, else
-- the latest of a second rater.
SELECT a.comparison_key, a.rater_key, r.name AS decided_by, r.name LIKE 'erased:%' AS nameless, a.role, a.choice,
       a.strength, a.reason, a.presentation
FROM current_adjudication a JOIN rater r ON r.rater_key = a.rater_key
WHERE a.project_id = $project_id AND a.criterion = $criterion
  AND a.comparison_key = ANY (CAST($comparison_keys AS UUID[]))
ORDER BY a.role = 'rater', a.sequence_no DESC;

-- name: frozen_adjudications
-- Every decision that stands; `holds` marks what is gone by on each comparison and criterion: the latest of a lead, else
-- the latest of a second rater.
SELECT CAST(a.adjudication_id AS TEXT) AS adjudication_id, c.comparison_id, a.criterion, a.choice, a.strength,
       a.reason, CAST(a.decided_at AS DATE) AS decided_on, a.guideline_version, a.interface_version,
       row_number() OVER (PARTITION BY a.comparison_key, a.criterion ORDER BY a.role = 'rater', a.sequence_no DESC) = 1
         AS holds,
       a.role, a.presentation
FROM current_adjudication a JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE a.project_id = $project_id AND NOT c.is_gold AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]));

-- name: adjudications_of_rater
-- What somebody decided about contested comparisons, every revision.
SELECT a.adjudication_id, a.revision_no, c.comparison_key, c.comparison_id, a.criterion, a.role, a.choice, a.strength,
       a.reason, a.presentation, a.guideline_version, a.interface_version, a.decided_at
FROM adjudication a JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE a.rater_key = $rater_key ORDER BY a.sequence_no;

-- name: erase_adjudication
-- Everything somebody decided.
DELETE FROM adjudication WHERE rater_key = $rater_key;

-- name: forget_decision_reasons
-- What somebody decided, without what they wrote in words of their own.
UPDATE adjudication SET reason = '' WHERE rater_key = $rater_key AND reason <> '';
