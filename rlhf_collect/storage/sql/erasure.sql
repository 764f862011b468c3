-- name: rater_stands
-- The rater, unless they are nobody any more.
SELECT rater_key FROM rater WHERE rater_key = $rater_key AND name NOT LIKE 'erased:%';

-- name: judgements_to_erase
-- How many judgements and decisions of a person stand, and the rank of their first one ever, whether it stands or not.
SELECT (SELECT count(DISTINCT judgement_id) FROM standing_judgement WHERE rater_key = $rater_key)
         + (SELECT count(*) FROM current_adjudication WHERE rater_key = $rater_key) AS judgements,
       least((SELECT min(sequence_no) FROM judgement WHERE rater_key = $rater_key),
             (SELECT min(sequence_no) FROM adjudication WHERE rater_key = $rater_key)) AS first_sequence;

-- name: erasures_of_project
-- Every erasure of a project, oldest first.
SELECT erasure_id, judgements, left_out, first_sequence, removal_asked, sequence_no, erased_on
FROM erasure WHERE project_id = $project_id ORDER BY sequence_no;

-- name: erased_count
-- How many people had their data erased after a rank, and how many judgements are left out for it.
SELECT count(*) AS people, coalesce(sum(left_out), 0) AS judgements
FROM erasure WHERE project_id = $project_id AND sequence_no > $last_sequence;

-- name: erasures_under_way
-- Erasures whose bytes are still somewhere in the database file.
SELECT erasure_id FROM erasure e WHERE NOT EXISTS (SELECT 1 FROM erasure_end d WHERE d.erasure_id = e.erasure_id);

-- name: audit_naming
-- Acts that may name a person: as who did them, or as whom they were about.
SELECT audit_id, actor, detail FROM audit
WHERE project_id = $project_id AND (actor = $name OR deed IN ('invite', 'remove', 'limit', 'decider'));

-- name: rename_in_audit
-- An act without the name of who was erased.
UPDATE audit SET actor = $actor, detail = $detail WHERE audit_id = $audit_id;

-- name: rename_rater
-- A rater under another name.
UPDATE rater SET name = $name WHERE rater_key = $rater_key;

-- name: forget_reasons
-- A rater's judgements without what they wrote in words of their own.
UPDATE judgement SET rationale = NULL WHERE rater_key = $rater_key AND rationale IS NOT NULL;

-- name: erase_credential_end
-- Ends of somebody's invitations, keys and sessions.
DELETE FROM credential_end WHERE credential_id IN (SELECT credential_id FROM credential WHERE rater_key = $rater_key);

-- name: erase_skip_end
-- Skips of somebody that were taken back.
DELETE FROM skip_end WHERE skip_id IN (SELECT skip_id FROM skip WHERE rater_key = $rater_key);

-- name: erase_lease_unjudged
-- Places held for somebody who did not judge them.
DELETE FROM lease WHERE assignment_id IN (
  SELECT assignment_id FROM assignment a WHERE a.rater_key = $rater_key
    AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = a.judgement_id));

-- name: erase_assignment_unjudged
-- What was handed to somebody who did not judge it.
DELETE FROM assignment WHERE rater_key = $rater_key
  AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = assignment.judgement_id);

-- name: erase_lease
-- Every place held for somebody.
DELETE FROM lease WHERE assignment_id IN (SELECT assignment_id FROM assignment WHERE rater_key = $rater_key);

-- name: erase_credential
-- Somebody's invitations, keys and sessions.
DELETE FROM credential WHERE rater_key = $rater_key;

-- name: erase_consent
-- What somebody agreed to.
DELETE FROM consent WHERE rater_key = $rater_key;

-- name: erase_eligibility
-- What somebody was asked about.
DELETE FROM eligibility WHERE rater_key = $rater_key;

-- name: erase_display
-- How somebody liked the page.
DELETE FROM display WHERE rater_key = $rater_key;

-- name: erase_guideline_confirmation
-- Which guidelines somebody read.
DELETE FROM guideline_confirmation WHERE rater_key = $rater_key;

-- name: erase_skip
-- What somebody skipped.
DELETE FROM skip WHERE rater_key = $rater_key;

-- name: erase_draft
-- What somebody typed and did not send.
DELETE FROM draft WHERE rater_key = $rater_key;

-- name: erase_flag
-- What somebody flagged.
DELETE FROM flag WHERE rater_key = $rater_key;

-- name: erase_edited
-- What somebody wrote into completions.
DELETE FROM edited WHERE rater_key = $rater_key;

-- name: erase_practice_round
-- Rounds somebody practised.
DELETE FROM practice_round WHERE rater_key = $rater_key;

-- name: erase_practice_answer
-- What somebody answered in practice.
DELETE FROM practice_answer WHERE rater_key = $rater_key;

-- name: erase_assignment
-- Everything handed to somebody.
DELETE FROM assignment WHERE rater_key = $rater_key;

-- name: erase_withdrawal
-- Judgements somebody took back.
DELETE FROM withdrawal WHERE rater_key = $rater_key;

-- name: erase_judgement
-- Everything somebody judged.
DELETE FROM judgement WHERE rater_key = $rater_key;

-- name: erase_rater
-- Who somebody is.
DELETE FROM rater WHERE rater_key = $rater_key;
