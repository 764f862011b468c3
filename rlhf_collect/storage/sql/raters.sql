-- name: rater_by_name
-- One person of a project.
SELECT rater_key, project_id, name, role, imported FROM rater
WHERE project_id = $project_id AND name = $name;

-- name: raters_of_project
-- Every person of a project.
SELECT rater_key, name, role, imported FROM rater WHERE project_id = $project_id ORDER BY name;

-- name: credential_by_secret
-- Whose secret this is and how long it holds, unless it was ended.
SELECT c.credential_id, c.kind, c.expires_at, r.rater_key, r.project_id, r.name, r.role
FROM credential c JOIN rater r ON r.rater_key = c.rater_key
WHERE c.secret_sha256 = $secret_sha256 AND c.credential_id NOT IN (SELECT credential_id FROM credential_end);

-- name: credentials_held
-- What a person could come in with: everything that was not ended.
SELECT c.credential_id, c.secret_sha256 FROM credential c WHERE c.rater_key = $rater_key
  AND NOT EXISTS (SELECT 1 FROM credential_end e WHERE e.credential_id = c.credential_id);

-- name: people_of_project
-- Everybody who was invited, and whether they hold something that works now; nothing about their work.
SELECT r.name, r.role, r.created_at,
       coalesce(bool_or(c.kind = 'invitation'), FALSE) AS invitation,
       coalesce(bool_or(c.kind = 'key'), FALSE) AS key, coalesce(bool_or(c.kind = 'session'), FALSE) AS session,
       coalesce(e.languages, '[]') AS languages, coalesce(e.tags, '[]') AS tags, coalesce(d.decides, FALSE) AS decides
FROM rater r
LEFT JOIN (
  SELECT rater_key, arg_max(languages, eligibility_no) AS languages, arg_max(tags, eligibility_no) AS tags
  FROM eligibility GROUP BY rater_key) e ON e.rater_key = r.rater_key
LEFT JOIN (SELECT rater_key, arg_max(decides, decider_no) AS decides FROM decider GROUP BY rater_key) d
  ON d.rater_key = r.rater_key
LEFT JOIN (
  SELECT rater_key, kind FROM credential k WHERE (k.expires_at IS NULL OR k.expires_at > $now)
    AND NOT EXISTS (SELECT 1 FROM credential_end e WHERE e.credential_id = k.credential_id)) c ON c.rater_key = r.rater_key
WHERE r.project_id = $project_id AND NOT r.imported AND r.name NOT LIKE 'erased:%'
GROUP BY r.name, r.role, r.created_at, e.languages, e.tags, d.decides ORDER BY r.name;

-- name: consents_of_rater
-- The newest word of a rater on each kind of consent.
SELECT kind, granted FROM (
  SELECT kind, granted, row_number() OVER (PARTITION BY kind ORDER BY recorded_at DESC, consent_id DESC) AS newest
  FROM consent WHERE rater_key = $rater_key) ranked
WHERE newest = 1 ORDER BY kind;

-- name: judged_by_rater
-- How many comparisons a rater has judged and not taken back, whatever was decided about them.
SELECT count(DISTINCT comparison_key) AS judged FROM standing_judgement
WHERE rater_key = $rater_key AND submitted_at IS NOT NULL;

-- name: judgements_of_rater
-- A rater's own judgements, every revision, for their export.
SELECT j.judgement_id, c.comparison_key, c.comparison_id, j.repeat_no, j.criterion, j.revision_no, j.choice, j.strength, j.degree, j.ranking,
       j.points, j.reasons, j.rationale, j.order_asked, j.presentation, j.guideline_version, j.interface_version, j.submitted_at
FROM judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
WHERE j.rater_key = $rater_key ORDER BY j.sequence_no;

-- name: withdrawals_of_rater
-- Which of their judgements a rater took back, and when, for their export.
SELECT w.judgement_id, c.comparison_key, c.comparison_id, w.withdrawn_at
FROM withdrawal w
JOIN assignment a ON a.judgement_id = w.judgement_id
JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE w.rater_key = $rater_key ORDER BY w.sequence_no;

-- name: skips_of_rater
-- A rater's own skips, for their export.
SELECT c.comparison_key, c.comparison_id, s.repeat_no, s.reason, s.skipped_at, e.ended_at AS taken_back_at
FROM skip s JOIN comparison c ON c.comparison_key = s.comparison_key
LEFT JOIN skip_end e ON e.skip_id = s.skip_id
WHERE s.rater_key = $rater_key ORDER BY s.skipped_at, s.skip_id;

-- name: flags_of_rater
-- A rater's own flags, every revision, for their export.
SELECT c.comparison_key, c.comparison_id, f.revision_no, f.flags, f.flagged_at
FROM flag f JOIN comparison c ON c.comparison_key = f.comparison_key
WHERE f.rater_key = $rater_key ORDER BY f.flagged_at, f.flag_id;

-- name: edited_of_rater
-- A rater's own edited completions, every revision, for their export.
SELECT e.judgement_id, c.comparison_key, c.comparison_id, e.revision_no, e.completion_id, e.content, e.edited_at
FROM edited e JOIN comparison c ON c.comparison_key = e.comparison_key
WHERE e.rater_key = $rater_key ORDER BY e.edited_at, e.edited_id;

-- name: consent_history_of_rater
-- Every word of a rater on consent, for their export.
SELECT kind, granted, recorded_at FROM consent WHERE rater_key = $rater_key ORDER BY recorded_at, consent_id;

-- name: assignments_of_rater
-- What was handed to a rater, for their export.
SELECT a.assignment_id, c.comparison_key, c.comparison_id, a.repeat_no, a.presentation, a.assigned_at
FROM assignment a JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE a.rater_key = $rater_key ORDER BY a.assigned_at, a.assignment_id;

-- name: leases_of_rater
-- How long comparisons were held for a rater, for their export.
SELECT l.assignment_id, l.granted_at, l.lease_ends
FROM lease l JOIN assignment a ON a.assignment_id = l.assignment_id
WHERE a.rater_key = $rater_key ORDER BY l.granted_at, l.assignment_id;

-- name: eligibility_of_rater
-- What a rater was asked about, the last row being what holds.
SELECT eligibility_no, languages, tags, decided_at FROM eligibility WHERE rater_key = $rater_key ORDER BY eligibility_no;

-- name: credentials_of_rater
-- A rater's invitations, keys and sessions without their secrets, for their export.
SELECT c.kind, c.created_at, c.expires_at, e.ended_at
FROM credential c LEFT JOIN credential_end e ON e.credential_id = c.credential_id
WHERE c.rater_key = $rater_key ORDER BY c.created_at, c.credential_id;
