-- Contested comparisons decided by a second rater: who may, what waits for them, what they are shown, what they decided.

-- name: decider_of_rater
-- When a rater was named to decide, and when not any more, the last row being what holds.
SELECT decider_no, decides, named_at FROM decider WHERE rater_key = $rater_key ORDER BY decider_no;

-- name: deciders_of_project
-- Raters who decide, by name; nothing about what they decided.
SELECT r.name FROM rater r
JOIN (SELECT rater_key, arg_max(decides, decider_no) AS decides FROM decider GROUP BY rater_key) d
  ON d.rater_key = r.rater_key
WHERE r.project_id = $project_id AND d.decides AND r.name NOT LIKE 'erased:%' ORDER BY r.name;

-- name: referrals_of_comparisons
-- Which of some comparisons were ever left to a second rater on a criterion, and whether they are still.
SELECT comparison_key, arg_max(asked, referral_no) AS asked FROM referral
WHERE comparison_key = ANY (CAST($comparison_keys AS UUID[])) AND criterion = $criterion
GROUP BY comparison_key;

-- name: record_referrals
-- Comparisons left to a second rater on a criterion, or not any more; in one statement, as there may be tens of thousands.
INSERT INTO referral BY NAME
SELECT k.comparison_key, $criterion AS criterion, count(r.referral_no) AS referral_no, $project_id AS project_id,
       $asked AS asked, $now AS asked_at
FROM (SELECT unnest(CAST($comparison_keys AS UUID[])) AS comparison_key) k
LEFT JOIN referral r ON r.comparison_key = k.comparison_key AND r.criterion = $criterion
GROUP BY k.comparison_key;

-- name: referrals_waiting
-- Comparisons of a project that wait for a second rater on a criterion.
SELECT w.comparison_key, c.comparison_id FROM waiting_referral w JOIN comparison c ON c.comparison_key = w.comparison_key
WHERE w.project_id = $project_id AND w.criterion = $criterion ORDER BY c.import_no;

-- part: to_decide
-- What waits for a decider. Nothing that was handed to them to be judged or that they passed on or decided before, and
-- nothing somebody else has had before them since a moment.
to_decide AS (
SELECT w.comparison_key, w.criterion, c.language, c.tags, own.adjudication_id, own.presentation, own.shown_at, w.asked_at,
       c.import_no
FROM waiting_referral w
JOIN comparison c ON c.comparison_key = w.comparison_key
LEFT JOIN deciding own
  ON own.rater_key = $rater_key AND own.comparison_key = w.comparison_key AND own.criterion = w.criterion
WHERE w.project_id = $project_id AND NOT c.is_gold AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]))
  AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.rater_key = $rater_key AND a.comparison_key = w.comparison_key)
  AND NOT EXISTS (SELECT 1 FROM deciding_decline d WHERE d.adjudication_id = own.adjudication_id)
  AND NOT EXISTS (SELECT 1 FROM adjudication a WHERE a.adjudication_id = own.adjudication_id)
  AND EXISTS (SELECT 1 FROM current_judgement j
              WHERE j.comparison_key = w.comparison_key AND j.criterion = w.criterion AND j.repeat_no = 0)
  AND (own.adjudication_id IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM deciding o
    WHERE o.comparison_key = w.comparison_key AND o.criterion = w.criterion AND o.shown_at > $moment
      AND o.rater_key <> $rater_key AND o.adjudication_id NOT IN (SELECT adjudication_id FROM deciding_decline))))

-- name: next_to_decide
-- The first of it, if any: what they began before, then as it was asked. Of some kinds, as `kinds_to_decide` names them,
-- or of all where none are given.
WITH {{to_decide}}
SELECT comparison_key, criterion, adjudication_id, presentation FROM to_decide
WHERE $kinds IS NULL OR language || ' ' || tags = ANY (CAST($kinds AS TEXT[]))
ORDER BY adjudication_id IS NULL, shown_at, asked_at, import_no, criterion LIMIT 1;

-- name: kinds_to_decide
-- How much of it there is of each language with the same tags.
WITH {{to_decide}}
SELECT language || ' ' || tags AS kind, language, tags, count(*) AS waiting FROM to_decide GROUP BY language, tags;

-- name: deciding_by_id
-- A comparison as it was shown to a decider, whoever asks.
SELECT d.adjudication_id, d.project_id, d.comparison_key, c.comparison_id, d.criterion, d.rater_key, d.presentation,
       d.setting_no, d.guideline_version, d.interface_version
FROM deciding d JOIN comparison c ON c.comparison_key = d.comparison_key
WHERE d.adjudication_id = $adjudication_id;

-- name: decline_of_deciding
-- Whether its decider left it to somebody else.
SELECT declined_at FROM deciding_decline WHERE adjudication_id = $adjudication_id;

-- name: revisions_of_decision
-- What was decided, revised and taken back, oldest first: the last row holds.
SELECT revision_no, choice, strength, reason, sequence_no, choice IS NULL AS taken_back
FROM adjudication WHERE adjudication_id = $adjudication_id ORDER BY revision_no;

-- name: said_about_comparison
-- What raters said about a comparison on a criterion, and whether their words may be published: nothing about who or when,
-- and in no order.
SELECT j.criterion, j.choice, j.strength, j.degree, j.ranking, j.points, j.reasons, j.rationale, j.presentation AS seen,
       r.imported,
       coalesce(k.granted, FALSE) AS agreed
FROM current_judgement j
JOIN rater r ON r.rater_key = j.rater_key
LEFT JOIN (SELECT rater_key, arg_max(granted, recorded_at) AS granted FROM consent
           WHERE kind = 'publish_rationale' GROUP BY rater_key) k ON k.rater_key = j.rater_key
WHERE j.comparison_key = $comparison_key AND j.criterion = $criterion AND j.repeat_no = 0;

-- name: my_decided
-- What a second rater decided, the latest first: the last revision, and what it said before it was taken back.
WITH mine AS (
  SELECT adjudication_id, comparison_key, criterion, max(revision_no) AS revisions, min(sequence_no) AS first_no,
         min(decided_at) AS decided_at, bool_or(choice IS NULL AND revision_no = last_no) AS withdrawn,
         arg_max(choice, revision_no) FILTER (choice IS NOT NULL) AS choice,
         arg_max(strength, revision_no) FILTER (choice IS NOT NULL) AS strength
  FROM (SELECT *, max(revision_no) OVER (PARTITION BY adjudication_id) AS last_no FROM adjudication
        WHERE rater_key = $rater_key) told
  GROUP BY adjudication_id, comparison_key, criterion)
SELECT m.adjudication_id, m.comparison_key, c.comparison_id, c.prompt, m.criterion, m.choice, m.strength, m.revisions,
       m.decided_at, m.withdrawn, d.presentation
FROM mine m JOIN comparison c ON c.comparison_key = m.comparison_key
JOIN deciding d ON d.adjudication_id = m.adjudication_id
ORDER BY m.first_no DESC LIMIT $most;

-- name: decidings_of_rater
-- What was shown to a decider, in which order, and what they left to somebody else, for their export.
SELECT d.adjudication_id, c.comparison_key, c.comparison_id, d.criterion, d.presentation, d.guideline_version,
       d.interface_version, d.shown_at, e.declined_at
FROM deciding d JOIN comparison c ON c.comparison_key = d.comparison_key
LEFT JOIN deciding_decline e ON e.adjudication_id = d.adjudication_id
WHERE d.rater_key = $rater_key ORDER BY d.shown_at, d.adjudication_id;

-- name: erase_decider
-- When somebody was named to decide.
DELETE FROM decider WHERE rater_key = $rater_key;

-- name: erase_decline
-- What somebody left to others to decide.
DELETE FROM deciding_decline WHERE adjudication_id IN (
  SELECT adjudication_id FROM deciding WHERE rater_key = $rater_key);

-- name: erase_undecided
-- What was shown to somebody who decided nothing about it.
DELETE FROM deciding WHERE rater_key = $rater_key
  AND NOT EXISTS (SELECT 1 FROM adjudication a WHERE a.adjudication_id = deciding.adjudication_id);

-- name: erase_deciding
-- Everything shown to somebody to decide.
DELETE FROM deciding WHERE rater_key = $rater_key;
