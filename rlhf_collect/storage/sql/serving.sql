-- name: board_comparisons
-- Every comparison of a project with what was already judged and handed out, in import order. A judgement taken back
-- frees its place and keeps its number: the next to arrive comes after it. `lot` decides who is in the sample of fixed
-- overlap, hexadecimal; `first_k` is how many judgements count, null for all; `measures` is a known answer that nobody
-- contested with success. `imported` judgements take no place. `models` are the numbers of two or more models that an
-- answer compares, by name from 0, with commas between; empty where it compares none.
WITH named AS (
  SELECT p.comparison_key, dense_rank() OVER (ORDER BY p.model) - 1 AS number
  FROM completion p JOIN comparison c ON c.comparison_key = p.comparison_key
  WHERE c.project_id = $project_id AND NOT c.is_gold AND p.model <> ''),
met AS (
  SELECT comparison_key, string_agg(CAST(number AS VARCHAR), ',' ORDER BY number) AS models
  FROM (SELECT DISTINCT comparison_key, number FROM named) each GROUP BY comparison_key HAVING count(*) > 1)
SELECT c.comparison_key, c.comparison_id, coalesce(j.judged, 0) AS judged, coalesce(j.imported, 0) AS imported,
       coalesce(a.arrived, 0) AS arrived, coalesce(l.places, 0) AS places, coalesce(m.models, '') AS models, c.is_gold,
       c.is_gold AND c.comparison_key NOT IN (SELECT comparison_key FROM gold_removal) AS measures, o.first_k,
       substr(sha256(r.seed || '|fixed|' || c.comparison_id), 1, 8) AS lot
FROM comparison c
JOIN project r ON r.project_id = c.project_id
LEFT JOIN opened o ON o.comparison_key = c.comparison_key
LEFT JOIN met m ON m.comparison_key = c.comparison_key
LEFT JOIN (
  SELECT comparison_key, count(DISTINCT judgement_id) FILTER (WHERE submitted_at IS NOT NULL) AS judged,
         count(DISTINCT judgement_id) FILTER (WHERE submitted_at IS NULL) AS imported
  FROM current_judgement WHERE project_id = $project_id AND repeat_no = 0
  GROUP BY comparison_key) j ON j.comparison_key = c.comparison_key
LEFT JOIN (
  SELECT comparison_key, max(coalesce(arrival_no, 0)) AS arrived
  FROM judgement WHERE project_id = $project_id AND submitted_at IS NOT NULL AND repeat_no = 0
  GROUP BY comparison_key) a ON a.comparison_key = c.comparison_key
LEFT JOIN (
  SELECT comparison_key, max(place_no) + 1 AS places FROM lease GROUP BY comparison_key) l
  ON l.comparison_key = c.comparison_key
WHERE c.project_id = $project_id
ORDER BY c.import_no;

-- name: board_completions
-- The completion ids of a project in import order.
SELECT p.comparison_key, p.completion_id
FROM completion p JOIN comparison c ON c.comparison_key = p.comparison_key
WHERE c.project_id = $project_id ORDER BY c.import_no, p.place;

-- name: board_tally
-- How many judgements of raters stand for each answer to a criterion, by comparison.
SELECT comparison_key, label, count(*) AS judgements FROM current_judgement
WHERE project_id = $project_id AND criterion = $criterion AND submitted_at IS NOT NULL AND repeat_no = 0
GROUP BY comparison_key, label;

-- name: standing_label
-- What a judgement says on a criterion, if it stands.
SELECT label FROM current_judgement WHERE judgement_id = $judgement_id AND criterion = $criterion;

-- name: board_topics
-- The language and tags of every comparison of a project, in import order.
SELECT language, tags FROM comparison WHERE project_id = $project_id ORDER BY import_no;

-- name: board_eligibility
-- What the raters of a project are asked about, for those who are not asked about everything.
SELECT e.rater_key, arg_max(e.languages, e.eligibility_no) AS languages, arg_max(e.tags, e.eligibility_no) AS tags
FROM eligibility e JOIN rater r ON r.rater_key = e.rater_key
WHERE r.project_id = $project_id GROUP BY e.rater_key;

-- name: board_assignments
-- Everything handed out in a project, with its last lease and how it went, by when it was last taken up. What was
-- judged and taken back is not handed to the same rater again.
SELECT a.assignment_id, a.judgement_id, a.comparison_key, a.rater_key, a.repeat_no, a.presentation, l.granted_at, l.lease_ends,
       a.judgement_id IN (SELECT judgement_id FROM judgement) AS judged,
       EXISTS (SELECT 1 FROM skip s WHERE s.rater_key = a.rater_key AND s.comparison_key = a.comparison_key
               AND s.repeat_no = a.repeat_no AND s.skip_id NOT IN (SELECT skip_id FROM skip_end)) AS skipped,
       a.assignment_id IN (SELECT assignment_id FROM draft) AS drafted
FROM assignment a
JOIN lease l ON l.assignment_id = a.assignment_id
JOIN (SELECT assignment_id, max(place_no) AS place_no FROM lease GROUP BY assignment_id) newest
  ON newest.assignment_id = l.assignment_id AND newest.place_no = l.place_no
WHERE a.project_id = $project_id
ORDER BY l.granted_at, a.assignment_id;

-- name: board_decidings
-- What deciders of a project were shown with the answers of others: they are not asked to judge it themselves.
SELECT DISTINCT comparison_key, rater_key FROM deciding WHERE project_id = $project_id;

-- name: board_deciders
-- The raters of a project who decide.
SELECT d.rater_key FROM decider d JOIN rater r ON r.rater_key = d.rater_key WHERE r.project_id = $project_id
GROUP BY d.rater_key HAVING arg_max(d.decides, d.decider_no);

-- name: board_referrals
-- What waits for a second rater, on whichever criterion: who decides is not asked to judge it, or they could not be that.
SELECT DISTINCT comparison_key FROM waiting_referral WHERE project_id = $project_id;

-- name: repeatable
-- What a rater judged before a moment, and neither touched nor was handed again since, with the order they saw.
SELECT a.comparison_key, a.presentation FROM assignment a
WHERE a.rater_key = $rater_key AND a.repeat_no = 0
  AND EXISTS (SELECT 1 FROM standing_judgement j WHERE j.judgement_id = a.judgement_id)
  AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = a.judgement_id AND j.submitted_at > $moment)
  AND NOT EXISTS (SELECT 1 FROM assignment r WHERE r.rater_key = a.rater_key AND r.comparison_key = a.comparison_key
                  AND r.repeat_no > 0)
ORDER BY a.assignment_id;

-- name: last_sequence
-- The place in the whole store of what was judged, taken back, decided, contested or erased last. One beneath the other:
-- side by side these would be planned as a join of nine, which takes twenty times as long.
SELECT coalesce(max(sequence_no), 0) AS last_sequence FROM (
  SELECT max(sequence_no) AS sequence_no FROM judgement
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM withdrawal
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM adjudication
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM erasure
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM decision
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM decision_step
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM appeal
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM appeal_event
  UNION ALL SELECT max(sequence_no) AS sequence_no FROM gold_removal) ranks;

-- name: assignment_by_id
-- An assignment, whoever asks.
SELECT assignment_id, judgement_id, project_id, comparison_key, rater_key, repeat_no, presentation,
       setting_no, guideline_version, interface_version
FROM assignment WHERE assignment_id = $assignment_id;

-- name: assignment_by_judgement
-- The assignment a judgement id was made for.
SELECT assignment_id, judgement_id, project_id, comparison_key, rater_key, repeat_no, presentation,
       setting_no, guideline_version, interface_version
FROM assignment WHERE judgement_id = $judgement_id;

-- name: judgement_state
-- The revisions of a judgement, oldest first: the last row of each criterion holds.
SELECT criterion, revision_no, answers_sha256, arrival_no, setting_no, guideline_version, interface_version
FROM judgement WHERE judgement_id = $judgement_id ORDER BY criterion, revision_no;

-- name: acts_of_judgements
-- How some judgements were given, revised and taken back, oldest first: the last one says whether a judgement stands.
SELECT judgement_id, sequence_no, FALSE AS taken_back FROM judgement
WHERE judgement_id = ANY (CAST($judgement_ids AS UUID[]))
UNION ALL
SELECT judgement_id, sequence_no, TRUE FROM withdrawal WHERE judgement_id = ANY (CAST($judgement_ids AS UUID[]))
ORDER BY sequence_no;

-- name: flag_state
-- What a rater flagged about a comparison, as it holds.
SELECT revision_no, flags FROM flag
WHERE rater_key = $rater_key AND comparison_key = $comparison_key ORDER BY revision_no DESC LIMIT 1;

-- name: edited_state
-- The edited completion of a judgement, as it holds; no content when it was taken back.
SELECT revision_no, completion_id, content FROM edited
WHERE judgement_id = $judgement_id ORDER BY revision_no DESC LIMIT 1;

-- name: comparison_shown
-- What a rater reads of a comparison, and its pictures. No model names.
SELECT c.comparison_id, c.prompt, c.language, p.completion_id, p.content,
       (SELECT string_agg(i.sha256 || i.path, chr(31) ORDER BY i.path) FROM comparison_image i
        WHERE i.comparison_key = $comparison_key) AS images
FROM comparison c JOIN completion p ON p.comparison_key = c.comparison_key
WHERE c.comparison_key = $comparison_key ORDER BY p.place;

-- name: skips_of_comparison
-- A rater's skips of one comparison, the last one first, and when each was taken back.
SELECT s.skip_id, s.skip_no, s.repeat_no, e.ended_at
FROM skip s LEFT JOIN skip_end e ON e.skip_id = s.skip_id
WHERE s.rater_key = $rater_key AND s.comparison_key = $comparison_key ORDER BY s.skip_no DESC;

-- name: last_lease
-- Until when an assignment was last held.
SELECT lease_ends FROM lease WHERE assignment_id = $assignment_id ORDER BY place_no DESC LIMIT 1;

-- name: image_of_project
-- A picture of a project, for its leads.
SELECT media_type, bytes FROM image WHERE project_id = $project_id AND sha256 = $sha256;

-- name: image_of_rater
-- A picture of a comparison that was handed to a rater, or shown to them to be decided.
SELECT media_type, bytes FROM image
WHERE project_id = $project_id AND sha256 = $sha256
  AND EXISTS (SELECT 1 FROM comparison_image i
              JOIN (SELECT comparison_key FROM assignment WHERE rater_key = $rater_key AND project_id = $project_id
                    UNION ALL
                    SELECT comparison_key FROM deciding WHERE rater_key = $rater_key AND project_id = $project_id) a
                ON a.comparison_key = i.comparison_key
              WHERE i.sha256 = $sha256);
