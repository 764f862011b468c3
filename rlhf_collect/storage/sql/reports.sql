-- part: per_comparison
-- Each comparison with how many judgements it has and wants, those for practice or with a known answer left out.
-- What was taken back is to nobody but its rater as if it had not been given. A comparison wants judgements until it has
-- $least, or $least_in_sample if its lot is below $sampled_below, and its first answer leads by $lead, or it has $most.
counting AS (
  SELECT judgement_id, comparison_key, rater_key, criterion, label, repeat_no FROM current_judgement
  WHERE project_id = $project_id AND submitted_at IS NOT NULL),
answer AS (
  SELECT comparison_key, count(*) AS given,
         row_number() OVER (PARTITION BY comparison_key ORDER BY count(*) DESC) AS place
  FROM counting WHERE criterion = $criterion AND repeat_no = 0
  GROUP BY comparison_key, label),
ahead AS (
  SELECT comparison_key, sum(CASE place WHEN 1 THEN given WHEN 2 THEN -given ELSE 0 END) AS ahead
  FROM answer GROUP BY comparison_key),
judged AS (
  SELECT comparison_key, count(DISTINCT judgement_id) AS judged FROM counting
  WHERE repeat_no = 0 GROUP BY comparison_key),
per_comparison AS (
  SELECT c.comparison_key, c.language, c.tags, coalesce(j.judged, 0) AS judged,
         greatest(CASE WHEN substr(sha256(r.seed || '|fixed|' || c.comparison_id), 1, 8) < $sampled_below
                       THEN $least_in_sample ELSE $least END,
                  least($most, coalesce(j.judged, 0) + greatest(0, $lead - coalesce(a.ahead, 0)))) AS wanted
  FROM comparison c JOIN project r ON r.project_id = c.project_id
  LEFT JOIN judged j ON j.comparison_key = c.comparison_key
  LEFT JOIN ahead a ON a.comparison_key = c.comparison_key
  WHERE c.project_id = $project_id AND NOT c.is_gold AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[])))

-- name: progress_counts
-- How far a project is: comparisons by number of raters' judgements, and what was imported beside.
WITH {{per_comparison}}
SELECT count(*) AS comparisons,
       coalesce(sum(judged), 0) AS judgements,
       count(*) FILTER (WHERE judged >= wanted) AS complete,
       count(*) FILTER (WHERE judged > 0 AND judged < wanted) AS started,
       coalesce(sum(CASE WHEN judged < wanted THEN wanted - judged ELSE 0 END), 0) AS judgements_left,
       (SELECT count(*) FROM judgement i WHERE i.project_id = $project_id AND i.submitted_at IS NULL
          AND i.revision_no = 0) AS imported_judgements,
       (SELECT count(DISTINCT rater_key) FROM counting) AS raters
FROM per_comparison;

-- name: raters_without_work
-- How many raters may come in, and how many of them have judged every comparison that wants judgements and lies within their
-- limits (domain/limits). Skips play no part: they are private.
WITH {{per_comparison}},
wanting AS (
  SELECT comparison_key, lower(language) AS language, from_json(tags, '["VARCHAR"]') AS tags
  FROM per_comparison WHERE judged < wanted),
person AS (
  SELECT r.rater_key, list_transform(from_json(coalesce(e.languages, '[]'), '["VARCHAR"]'), lambda each: lower(each)) AS languages,
         from_json(coalesce(e.tags, '[]'), '["VARCHAR"]') AS tags
  FROM rater r LEFT JOIN (
    SELECT rater_key, arg_max(languages, eligibility_no) AS languages, arg_max(tags, eligibility_no) AS tags
    FROM eligibility GROUP BY rater_key) e ON e.rater_key = r.rater_key
  WHERE r.project_id = $project_id AND r.role = 'rater' AND NOT r.imported
    AND EXISTS (SELECT 1 FROM credential k WHERE k.rater_key = r.rater_key
                AND (k.expires_at IS NULL OR k.expires_at > $now)
                AND NOT EXISTS (SELECT 1 FROM credential_end d WHERE d.credential_id = k.credential_id))),
asked AS (
  SELECT l.languages, l.tags, w.comparison_key
  FROM (SELECT DISTINCT languages, tags FROM person) l JOIN wanting w
    ON (len(l.languages) = 0 OR len(list_filter(l.languages, lambda each: w.language = each OR starts_with(w.language, each || '-'))) > 0)
   AND (len(l.tags) = 0 OR list_has_any(l.tags, w.tags))),
done AS (
  SELECT DISTINCT j.rater_key, j.comparison_key FROM judgement j
  WHERE j.project_id = $project_id AND j.submitted_at IS NOT NULL AND j.repeat_no = 0),
reach AS (SELECT languages, tags, count(*) AS n FROM asked GROUP BY languages, tags),
own AS (
  SELECT p.rater_key, count(*) AS n FROM person p JOIN done d ON d.rater_key = p.rater_key
  JOIN asked a ON a.comparison_key = d.comparison_key AND a.languages = p.languages AND a.tags = p.tags
  GROUP BY p.rater_key)
SELECT count(*) AS raters, count(*) FILTER (WHERE coalesce(own.n, 0) >= coalesce(reach.n, 0)) AS with_nothing
FROM person p LEFT JOIN reach ON reach.languages = p.languages AND reach.tags = p.tags
LEFT JOIN own ON own.rater_key = p.rater_key;

-- name: own_judgement
-- Whether a rater of this service has judged in a project.
SELECT EXISTS (SELECT 1 FROM judgement WHERE project_id = $project_id AND submitted_at IS NOT NULL) AS judged;

-- name: judgements_by_day
-- Judgements of raters per day, as progress counts them, those taken back left out.
SELECT submitted_on AS day, count(DISTINCT judgement_id) AS judgements FROM judgement
WHERE project_id = $project_id AND submitted_at IS NOT NULL AND revision_no = 0 AND repeat_no = 0
  AND comparison_key IN (SELECT comparison_key FROM comparison WHERE project_id = $project_id AND NOT is_gold)
  AND judgement_id IN (SELECT judgement_id FROM current_judgement WHERE project_id = $project_id)
GROUP BY submitted_on ORDER BY submitted_on;

-- name: judgement_rows
-- The newest revision of every judgement that stood at a place in the whole store and that no decision leaves out, for
-- exports, in order of arrival.
SELECT j.sequence_no, c.comparison_id, r.name AS rater, r.rater_key, r.imported, j.repeat_no, j.criterion, j.choice, j.strength, j.degree,
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
  AND j.judgement_id NOT IN (SELECT judgement_id FROM excluded_judgement)
ORDER BY j.sequence_no LIMIT $most;

-- name: criteria_answered
-- The criteria judgements of a project name: those of its file, of the turns they unfolded into, and of imports.
SELECT criterion, count(*) AS judgements FROM current_judgement
WHERE project_id = $project_id GROUP BY criterion ORDER BY criterion;
