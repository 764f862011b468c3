-- Written decisions about raters, and what contests them and known answers.

-- part: reached
-- Where each decision stands that is announced no more, and since when.
reached AS (
  SELECT decision_id, arg_max(step, step_no) AS step, max(step_no) AS step_no, arg_max(occurred_at, step_no) AS since
  FROM decision_step GROUP BY decision_id)

-- name: anything_due
-- Whether time has done something that nobody has written down yet: an appeal without an answer, a notice that is over.
WITH {{reached}}
SELECT EXISTS (
    SELECT 1 FROM appeal a WHERE a.project_id = $project_id AND a.due_at <= $now
      AND NOT EXISTS (SELECT 1 FROM appeal_event e WHERE e.appeal_id = a.appeal_id))
  OR EXISTS (
    SELECT 1 FROM decision d LEFT JOIN reached s ON s.decision_id = d.decision_id
    WHERE d.project_id = $project_id AND d.effective_at <= $now AND coalesce(s.step, 'suspended') = 'suspended'
      AND NOT EXISTS (SELECT 1 FROM appeal a WHERE a.subject_kind = 'decision' AND a.subject_id = d.decision_id
        AND NOT EXISTS (SELECT 1 FROM appeal_event e WHERE e.appeal_id = a.appeal_id))) AS due;

-- name: appeals_overdue
-- Appeals without an answer whose time is over, oldest first.
SELECT appeal_id, rater_key, subject_kind, subject_id, decision_author, due_at FROM appeal a
WHERE a.project_id = $project_id AND a.due_at <= $now
  AND NOT EXISTS (SELECT 1 FROM appeal_event e WHERE e.appeal_id = a.appeal_id)
ORDER BY a.due_at, a.appeal_id;

-- name: decisions_due
-- Decisions whose notice is over and that nothing suspends any more, oldest first.
WITH {{reached}}
SELECT d.decision_id FROM decision d LEFT JOIN reached s ON s.decision_id = d.decision_id
WHERE d.project_id = $project_id AND d.effective_at <= $now AND coalesce(s.step, 'suspended') = 'suspended'
  AND NOT EXISTS (SELECT 1 FROM appeal a WHERE a.subject_kind = 'decision' AND a.subject_id = d.decision_id
    AND NOT EXISTS (SELECT 1 FROM appeal_event e WHERE e.appeal_id = a.appeal_id))
ORDER BY d.effective_at, d.decision_id;

-- name: decision_step_reached
-- Where a decision stands; no row while it is announced.
SELECT step, step_no FROM decision_step WHERE decision_id = $decision_id ORDER BY step_no DESC LIMIT 1;

-- name: decisions_told
-- Decisions of a project, or those about one rater, the latest first.
WITH {{reached}}
SELECT d.decision_id, d.rater_key, r.name AS rater, r.imported, r.name LIKE 'erased:%' AS nameless, d.kind, d.decided_by,
       CASE WHEN w.name NOT LIKE 'erased:%' THEN w.name END AS decided_by_name, d.role, d.reasons, d.evidence, d.notice_sent_at,
       d.effective_at, s.step, s.since,
       (SELECT count(*) FROM decision_judgement j WHERE j.decision_id = d.decision_id) AS judgements,
       (SELECT count(*) FROM decision_return b WHERE b.decision_id = d.decision_id) AS returned
FROM decision d JOIN rater r ON r.rater_key = d.rater_key
LEFT JOIN rater w ON w.rater_key = d.decided_by
LEFT JOIN reached s ON s.decision_id = d.decision_id
WHERE d.project_id = $project_id AND (CAST($rater_key AS UUID) IS NULL OR d.rater_key = CAST($rater_key AS UUID))
ORDER BY d.sequence_no DESC;

-- name: appeals_told
-- Appeals of a project, or those of one rater, the latest first, with their answer if there is one.
SELECT a.appeal_id, a.rater_key, r.name AS rater, r.imported, r.name LIKE 'erased:%' AS nameless, a.subject_kind, a.subject_id,
       a.decision_author, a.reasons, a.opened_at, a.due_at, e.step, e.reviewer,
       CASE WHEN w.name NOT LIKE 'erased:%' THEN w.name END AS reviewer_name, e.reasons AS answer_reasons, e.occurred_at
FROM appeal a JOIN rater r ON r.rater_key = a.rater_key
LEFT JOIN appeal_event e ON e.appeal_id = a.appeal_id
LEFT JOIN rater w ON w.rater_key = e.reviewer
WHERE a.project_id = $project_id AND (CAST($rater_key AS UUID) IS NULL OR a.rater_key = CAST($rater_key AS UUID))
ORDER BY a.sequence_no DESC;

-- name: controls_told
-- What raters of a project answered to comparisons with a known answer, or one of them did, the latest first: what they
-- said first on the criterion of the known answer, which is what is counted, and whether it still measures.
SELECT j.rater_key, j.judgement_id, c.comparison_key, c.comparison_id, c.prompt, c.gold, f.choice, j.presentation,
       EXISTS (SELECT 1 FROM gold_removal r WHERE r.comparison_key = c.comparison_key) AS removed
FROM standing_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
JOIN judgement f ON f.judgement_id = j.judgement_id AND f.criterion = j.criterion AND f.revision_no = 0
WHERE j.project_id = $project_id AND c.is_gold AND j.repeat_no = 0 AND j.submitted_at IS NOT NULL
  AND j.criterion = c.gold::JSON ->> '$.criterion' AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]))
  AND (CAST($rater_key AS UUID) IS NULL OR j.rater_key = CAST($rater_key AS UUID))
ORDER BY j.sequence_no DESC;

-- name: known_answers_told
-- Known answers of a project that are not for practice: how many judgements they met, how many of these were as expected
-- when they were first given, and what raters contest. Those contested come first, then those least often answered so.
SELECT c.comparison_key, c.comparison_id, c.prompt, c.gold, g.comparison_key IS NOT NULL AS removed,
       coalesce(j.judgements, 0) AS judgements, coalesce(j.as_expected, 0) AS as_expected,
       coalesce(a.contested, 0) AS contested, coalesce(a.waiting, 0) AS waiting
FROM comparison c
LEFT JOIN gold_removal g ON g.comparison_key = c.comparison_key
LEFT JOIN (
  SELECT k.comparison_key, count(*) AS judgements, count(*) FILTER (WHERE f.choice = k.gold::JSON ->> '$.choice') AS as_expected
  FROM current_judgement n JOIN comparison k ON k.comparison_key = n.comparison_key
  JOIN judgement f ON f.judgement_id = n.judgement_id AND f.criterion = n.criterion AND f.revision_no = 0
  WHERE n.project_id = $project_id AND k.is_gold AND n.repeat_no = 0 AND n.criterion = k.gold::JSON ->> '$.criterion'
  GROUP BY k.comparison_key) j ON j.comparison_key = c.comparison_key
LEFT JOIN (
  SELECT p.subject_id, count(*) AS contested, count(*) FILTER (WHERE e.appeal_id IS NULL) AS waiting
  FROM appeal p LEFT JOIN appeal_event e ON e.appeal_id = p.appeal_id
  WHERE p.project_id = $project_id AND p.subject_kind = 'control' GROUP BY p.subject_id) a ON a.subject_id = c.comparison_key
WHERE c.project_id = $project_id AND c.is_gold AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]))
ORDER BY coalesce(a.waiting, 0) = 0, g.comparison_key IS NOT NULL, j.judgements IS NULL,
  CAST(j.as_expected AS DOUBLE) / j.judgements, c.import_no;

-- name: removals_of_known_answers
-- Which known answers of a project a lead took out of use, who, and why, oldest first.
SELECT detail::JSON ->> '$.comparison' AS comparison, detail::JSON ->> '$.reason' AS reason,
       CASE WHEN actor NOT LIKE 'erased:%' THEN actor END AS removed_by
FROM audit WHERE project_id = $project_id AND deed = 'remove_known_answer' ORDER BY done_at, audit_id;

-- name: texts_of_comparisons
-- What the responses of some comparisons say, in import order. No model names.
SELECT comparison_key, completion_id, content FROM completion
WHERE comparison_key = ANY (CAST($comparison_keys AS UUID[])) ORDER BY comparison_key, place;

-- name: judgements_to_exclude
-- What a rater judged here and has not taken back, and whether it can be left out anew: not while a decision about it
-- stands, and not once a second person or time gave it back.
WITH {{reached}}
SELECT DISTINCT j.judgement_id, c.comparison_id, EXISTS (
    SELECT 1 FROM decision_judgement d LEFT JOIN reached s ON s.decision_id = d.decision_id
    LEFT JOIN decision_return b ON b.decision_id = d.decision_id AND b.judgement_id = d.judgement_id
    LEFT JOIN appeal a ON a.subject_kind = 'decision' AND a.subject_id = d.decision_id
    LEFT JOIN appeal_event e ON e.appeal_id = a.appeal_id
    WHERE d.judgement_id = j.judgement_id
      AND (coalesce(s.step, '') <> 'lifted' OR b.judgement_id IS NOT NULL
        OR coalesce(e.step, '') IN ('upheld', 'timed_out_upheld'))) AS decided
FROM standing_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
WHERE j.rater_key = $rater_key AND j.submitted_at IS NOT NULL;

-- name: judgements_of_decision
-- What a decision is about, by comparison, but what was given back.
SELECT DISTINCT d.judgement_id, c.comparison_id
FROM decision_judgement d
JOIN assignment a ON a.judgement_id = d.judgement_id
JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE d.decision_id = $decision_id AND NOT EXISTS (
  SELECT 1 FROM decision_return r WHERE r.decision_id = d.decision_id AND r.judgement_id = d.judgement_id);

-- name: write_decision_judgements
-- Which judgements a decision is about.
INSERT INTO decision_judgement SELECT $decision_id, unnest(CAST($judgement_ids AS UUID[]));

-- name: exclusion_of_judgement
-- Whether a decision leaves out a judgement.
SELECT EXISTS (SELECT 1 FROM excluded_judgement WHERE judgement_id = $judgement_id) AS excluded;

-- name: gold_removal_of
-- Whether a known answer was contested with success.
SELECT comparison_key FROM gold_removal WHERE comparison_key = $comparison_key;

-- name: appeals_open_on_version
-- How many appeals without an answer are about judgements a version holds: contested decisions, unless they were left out
-- or lifted then, and contested known answers.
SELECT count(*) AS appeals FROM appeal a
WHERE a.project_id = $project_id AND NOT EXISTS (SELECT 1 FROM appeal_event e WHERE e.appeal_id = a.appeal_id)
  AND CASE a.subject_kind
    WHEN 'control' THEN EXISTS (
      SELECT 1 FROM standing_judgement j WHERE j.comparison_key = a.subject_id AND j.sequence_no <= $last_sequence)
    ELSE coalesce((SELECT arg_max(s.step, s.step_no) FROM decision_step s
                   WHERE s.decision_id = a.subject_id AND s.sequence_no <= $last_sequence), '') <> 'in_effect'
      AND EXISTS (
        SELECT 1 FROM decision_judgement d JOIN judgement j ON j.judgement_id = d.judgement_id
        WHERE d.decision_id = a.subject_id AND j.sequence_no <= $last_sequence) END;

-- name: decisions_made
-- Decisions written after a rank by kind, and the judgements on all criteria that any in effect leaves out.
SELECT count(*) FILTER (kind = 'warn') AS warnings, count(*) FILTER (kind = 'restrict') AS restrictions,
       count(*) FILTER (kind = 'exclude_from_dataset') AS exclusions,
       (SELECT count(*) FROM standing_judgement j WHERE j.project_id = $project_id AND j.judgement_id IN (
          SELECT judgement_id FROM excluded_judgement)) AS rows_excluded
FROM decision WHERE project_id = $project_id AND sequence_no > $last_sequence;

-- name: appeals_made
-- Appeals opened after a rank, those that ended after it, by how and after how many days, and those still open.
SELECT count(*) FILTER (a.sequence_no > $last_sequence) AS opened,
       count(*) FILTER (e.sequence_no > $last_sequence AND e.step <> 'withdrawn') AS decided,
       count(*) FILTER (e.sequence_no > $last_sequence AND e.step = 'upheld') AS upheld,
       count(*) FILTER (e.sequence_no > $last_sequence AND e.step = 'partly') AS partly,
       count(*) FILTER (e.sequence_no > $last_sequence AND e.step = 'rejected') AS rejected,
       count(*) FILTER (e.sequence_no > $last_sequence AND e.step = 'withdrawn') AS withdrawn,
       count(*) FILTER (e.sequence_no > $last_sequence AND e.step = 'timed_out_upheld') AS timed_out_upheld,
       count(*) FILTER (e.appeal_id IS NULL) AS pending,
       median(epoch(e.occurred_at - a.opened_at) / 86400)
         FILTER (e.sequence_no > $last_sequence AND e.step <> 'withdrawn') AS median_days,
       max(epoch(e.occurred_at - a.opened_at) / 86400)
         FILTER (e.sequence_no > $last_sequence AND e.step <> 'withdrawn') AS max_days
FROM appeal a LEFT JOIN appeal_event e ON e.appeal_id = a.appeal_id
WHERE a.project_id = $project_id;

-- name: decisions_of_rater
-- What was decided about a rater, for their export.
SELECT d.decision_id, d.kind, d.role, d.reasons AS said, d.evidence, d.notice_sent_at, d.effective_at,
       (SELECT count(*) FROM decision_judgement j WHERE j.decision_id = d.decision_id) AS judgements
FROM decision d WHERE d.rater_key = $rater_key ORDER BY d.sequence_no;

-- name: decision_judgements_of_rater
-- Which of a rater's judgements decisions are about, and which were given back, for their export.
SELECT j.decision_id, j.judgement_id, EXISTS (
  SELECT 1 FROM decision_return r WHERE r.decision_id = j.decision_id AND r.judgement_id = j.judgement_id) AS returned
FROM decision_judgement j JOIN decision d ON d.decision_id = j.decision_id
WHERE d.rater_key = $rater_key ORDER BY d.sequence_no, j.judgement_id;

-- name: decision_steps_of_rater
-- What became of decisions about a rater, for their export.
SELECT s.decision_id, s.step_no, s.step, s.occurred_at FROM decision_step s JOIN decision d ON d.decision_id = s.decision_id
WHERE d.rater_key = $rater_key ORDER BY s.sequence_no;

-- name: appeals_of_rater
-- What a rater contested, a known answer by their own judgement, for their export.
SELECT a.appeal_id, a.subject_kind, coalesce(s.judgement_id, a.subject_id) AS subject_id, a.reasons AS said, a.opened_at,
       a.due_at
FROM appeal a LEFT JOIN assignment s ON a.subject_kind = 'control' AND s.comparison_key = a.subject_id
  AND s.rater_key = a.rater_key AND s.repeat_no = 0
WHERE a.rater_key = $rater_key ORDER BY a.sequence_no;

-- name: appeal_events_of_rater
-- What came of it, for their export.
SELECT appeal_id, step, reasons AS said, occurred_at FROM appeal_event WHERE rater_key = $rater_key ORDER BY sequence_no;

-- name: erase_decision_return
-- What was given back to somebody.
DELETE FROM decision_return WHERE decision_id IN (SELECT decision_id FROM decision WHERE rater_key = $rater_key);

-- name: erase_decision_step
-- What became of decisions about somebody.
DELETE FROM decision_step WHERE decision_id IN (SELECT decision_id FROM decision WHERE rater_key = $rater_key);

-- name: erase_decision_judgement
-- Which judgements decisions about somebody were about.
DELETE FROM decision_judgement WHERE decision_id IN (SELECT decision_id FROM decision WHERE rater_key = $rater_key);

-- name: erase_decision
-- What was decided about somebody.
DELETE FROM decision WHERE rater_key = $rater_key;

-- name: erase_appeal_event
-- What came of what somebody contested.
DELETE FROM appeal_event WHERE rater_key = $rater_key;

-- name: erase_appeal
-- What somebody contested.
DELETE FROM appeal WHERE rater_key = $rater_key;

-- name: forget_decision_words
-- Decisions about somebody without what they say about them.
UPDATE decision SET reasons = $reasons, evidence = $evidence WHERE rater_key = $rater_key;

-- name: forget_appeal_words
-- What somebody contested, without what they wrote in words of their own.
UPDATE appeal SET reasons = '' WHERE rater_key = $rater_key;

-- name: forget_appeal_answers
-- The answers to it without their words.
UPDATE appeal_event SET reasons = $reasons WHERE rater_key = $rater_key;
