-- name: integrity
-- Rows that point at nothing, and derived columns that are not what they derive from; one line a rule.
SELECT 'completions' AS name, 'comparisons whose completions are missing' AS what, count(*) AS wrong
FROM comparison c WHERE c.completion_count <> (SELECT count(*) FROM completion p WHERE p.comparison_key = c.comparison_key)
UNION ALL
SELECT 'completion comparisons', 'completions of a comparison that is not there', count(*)
FROM completion p WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = p.comparison_key)
UNION ALL
SELECT 'comparison projects', 'comparisons of a project or import that is not there', count(*)
FROM comparison c WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.project_id = c.project_id)
  OR NOT EXISTS (SELECT 1 FROM import_batch b WHERE b.batch_id = c.batch_id AND b.project_id = c.project_id)
UNION ALL
SELECT 'judgement comparisons', 'judgements of a comparison that is not there', count(*)
FROM judgement j WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = j.comparison_key AND c.project_id = j.project_id)
UNION ALL
SELECT 'judgement raters', 'judgements of a rater who is not there', count(*)
FROM judgement j WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = j.rater_key AND r.project_id = j.project_id)
UNION ALL
SELECT 'judgement assignments', 'judgements made here without an assignment, or on another order than it showed', count(*)
FROM judgement j WHERE j.submitted_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.judgement_id = j.judgement_id AND a.rater_key = j.rater_key
                  AND a.comparison_key = j.comparison_key AND a.repeat_no = j.repeat_no AND a.presentation = j.presentation)
UNION ALL
SELECT 'choices', 'judgements that choose a completion which is not there', count(*)
FROM judgement j WHERE j.choice NOT IN ('tie', 'both_bad')
  AND NOT EXISTS (SELECT 1 FROM completion p WHERE p.comparison_key = j.comparison_key AND p.completion_id = j.choice)
UNION ALL
SELECT 'revisions', 'revisions whose predecessor is missing or came later', count(*)
FROM judgement j WHERE j.revision_no > 0
  AND NOT EXISTS (SELECT 1 FROM judgement b WHERE b.judgement_id = j.judgement_id AND b.criterion = j.criterion
                  AND b.revision_no = j.revision_no - 1 AND b.sequence_no < j.sequence_no)
UNION ALL
SELECT 'assignments', 'assignments of a comparison or rater who is not there', count(*)
FROM assignment a WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = a.comparison_key AND c.project_id = a.project_id)
  OR NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = a.rater_key AND r.project_id = a.project_id)
UNION ALL
SELECT 'degrees', 'judgements whose strength is not that of their degree', count(*)
FROM judgement j WHERE j.degree IS NOT NULL
  AND coalesce(j.strength, 0) <> CASE j.degree WHEN 1 THEN 1 WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN 3 ELSE -1 END
UNION ALL
SELECT 'flags', 'flags on a comparison or of a rater that is not there', count(*)
FROM flag f WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = f.comparison_key AND c.project_id = f.project_id)
  OR NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = f.rater_key AND r.project_id = f.project_id)
UNION ALL
SELECT 'edited', 'edited completions of a judgement or completion that is not there', count(*)
FROM edited e WHERE NOT EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = e.judgement_id AND j.rater_key = e.rater_key)
  OR NOT EXISTS (SELECT 1 FROM completion p WHERE p.comparison_key = e.comparison_key AND p.completion_id = e.completion_id)
UNION ALL
SELECT 'leases', 'assignments that never had a lease', count(*)
FROM assignment a WHERE NOT EXISTS (SELECT 1 FROM lease l WHERE l.assignment_id = a.assignment_id)
UNION ALL
SELECT 'lease assignments', 'leases of an assignment that is not there', count(*)
FROM lease l WHERE NOT EXISTS (SELECT 1 FROM assignment a WHERE a.assignment_id = l.assignment_id AND a.comparison_key = l.comparison_key)
UNION ALL
SELECT 'lease lengths', 'places held for more than eight times as long as their project says', count(*)
FROM lease l JOIN assignment a ON a.assignment_id = l.assignment_id
JOIN (SELECT project_id, max(CAST(settings::JSON ->> '$.lease_minutes' AS BIGINT)) AS minutes
      FROM project_setting GROUP BY project_id) s ON s.project_id = a.project_id
WHERE l.lease_ends > l.granted_at + to_minutes(8 * s.minutes)
UNION ALL
SELECT 'skips', 'skips of a comparison or rater who is not there', count(*)
FROM skip s WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = s.comparison_key AND c.project_id = s.project_id)
  OR NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = s.rater_key AND r.project_id = s.project_id)
UNION ALL
SELECT 'credentials', 'invitations, keys and sessions of nobody', count(*)
FROM credential k WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = k.rater_key)
UNION ALL
SELECT 'consents', 'consents of nobody', count(*)
FROM consent k WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = k.rater_key)
UNION ALL
SELECT 'settings', 'projects without settings', count(*)
FROM project p WHERE NOT EXISTS (SELECT 1 FROM project_setting s WHERE s.project_id = p.project_id)
UNION ALL
SELECT 'labels', 'judgements whose stored label is not that of their choice', count(*)
FROM judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
LEFT JOIN completion p ON p.comparison_key = j.comparison_key AND p.completion_id = j.choice
WHERE j.label IS DISTINCT FROM CASE
  WHEN c.completion_count = 2 THEN CASE j.choice WHEN 'tie' THEN 1 WHEN 'both_bad' THEN 3 ELSE 2 * p.slot END
  ELSE CASE j.choice WHEN 'tie' THEN c.completion_count WHEN 'both_bad' THEN c.completion_count + 1 ELSE p.slot END END
UNION ALL
SELECT 'strengths', 'judgements whose strength points away from their choice', count(*)
FROM judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
LEFT JOIN completion p ON p.comparison_key = j.comparison_key AND p.completion_id = j.choice
WHERE j.signed_strength IS DISTINCT FROM CASE
  WHEN c.completion_count > 2 OR j.choice = 'both_bad' THEN NULL
  WHEN j.choice = 'tie' OR p.slot = 1 THEN j.strength ELSE -j.strength END
UNION ALL
SELECT 'sides', 'judgements that say wrongly whether the completion shown first won', count(*)
FROM judgement j WHERE j.first_shown_won IS DISTINCT FROM CASE
  WHEN j.choice NOT IN ('tie', 'both_bad') THEN (CAST(j.presentation AS JSON) ->> 0) = j.choice END
UNION ALL
SELECT 'arrival', 'judgements made here whose rank on arrival is not the order they came in', count(*)
FROM (
  SELECT project_id,
         CASE WHEN count(arrival_no) = count(*) AND min(arrival_no) = max(arrival_no) THEN min(arrival_no) END AS said,
         row_number() OVER (PARTITION BY comparison_key ORDER BY min(sequence_no)) AS came
  FROM judgement WHERE submitted_at IS NOT NULL AND repeat_no = 0
  GROUP BY project_id, comparison_key, judgement_id) judged
-- Erased judgements leave gaps.
WHERE said IS DISTINCT FROM came
  AND (said IS NULL OR said < came OR project_id NOT IN (SELECT project_id FROM erasure WHERE judgements = 'left_out'))
UNION ALL
SELECT 'openings', 'limits of what counts of a comparison that is not there, or that were raised', count(*)
FROM opening o WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = o.comparison_key)
  OR EXISTS (SELECT 1 FROM opening b WHERE b.comparison_key = o.comparison_key AND b.decided_at < o.decided_at
             AND b.first_k < o.first_k)
UNION ALL
SELECT 'openings missing', 'comparisons handed out under an overlap that looks at answers, all of whose judgements count', count(*)
FROM assignment a
JOIN project_setting s ON s.project_id = a.project_id AND s.setting_no = a.setting_no
JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE a.repeat_no = 0 AND NOT c.is_gold
  AND CAST(s.settings::JSON ->> '$.overlap.min' AS INTEGER) < CAST(s.settings::JSON ->> '$.overlap.max' AS INTEGER)
  AND NOT EXISTS (SELECT 1 FROM opened o WHERE o.comparison_key = a.comparison_key)
UNION ALL
SELECT 'repeats', 'comparisons handed out again to a rater who had not judged them, in the same order, or with a known answer', count(*)
FROM assignment a JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE a.repeat_no > 0 AND (c.is_gold OR NOT EXISTS (
  SELECT 1 FROM assignment f JOIN judgement j ON j.judgement_id = f.judgement_id
  WHERE f.rater_key = a.rater_key AND f.comparison_key = a.comparison_key AND f.repeat_no = a.repeat_no - 1
    AND f.presentation <> a.presentation))
UNION ALL
SELECT 'repeat ranks', 'judgements given again here that have a rank on arrival', count(*)
FROM judgement j WHERE j.repeat_no > 0 AND j.submitted_at IS NOT NULL AND j.arrival_no IS NOT NULL
UNION ALL
SELECT 'images', 'pictures whose bytes are not those of their name', count(*)
FROM image i WHERE sha256(i.bytes) <> i.sha256
UNION ALL
SELECT 'image paths', 'paths of comparisons whose picture is missing', count(*)
FROM comparison_image n JOIN comparison c ON c.comparison_key = n.comparison_key
WHERE NOT EXISTS (SELECT 1 FROM image i WHERE i.project_id = c.project_id AND i.sha256 = n.sha256);

-- name: integrity_around
-- The same for what raters do around a judgement.
SELECT 'skips taken back' AS name, 'skips taken back that are not there' AS what, count(*) AS wrong
FROM skip_end e WHERE NOT EXISTS (SELECT 1 FROM skip s WHERE s.skip_id = e.skip_id)
UNION ALL
SELECT 'skips in a row', 'skips given while an earlier one of the same comparison still held', count(*)
FROM skip s WHERE s.skip_no > 0
  AND NOT EXISTS (SELECT 1 FROM skip b JOIN skip_end e ON e.skip_id = b.skip_id
                  WHERE b.rater_key = s.rater_key AND b.comparison_key = s.comparison_key AND b.skip_no = s.skip_no - 1)
  AND NOT EXISTS (SELECT 1 FROM skip b WHERE b.rater_key = s.rater_key AND b.comparison_key = s.comparison_key
                  AND b.skip_no = s.skip_no - 1 AND b.repeat_no < s.repeat_no)
UNION ALL
SELECT 'withdrawals', 'judgements taken back that their rater did not give, or that did not stand', count(*)
FROM withdrawal w WHERE NOT EXISTS (
  SELECT 1 FROM judgement j
  WHERE j.judgement_id = w.judgement_id AND j.rater_key = w.rater_key AND j.project_id = w.project_id
    AND j.sequence_no < w.sequence_no AND j.sequence_no > coalesce((
      SELECT max(b.sequence_no) FROM withdrawal b
      WHERE b.judgement_id = w.judgement_id AND b.sequence_no < w.sequence_no), 0))
UNION ALL
SELECT 'withdrawals in a row', 'judgements taken back whose number is not how many times that was done before', count(*)
FROM (
  SELECT withdrawal_no AS said, row_number() OVER (PARTITION BY judgement_id ORDER BY sequence_no) - 1 AS came
  FROM withdrawal) taken
WHERE said <> came
UNION ALL
SELECT 'withdrawal ranks', 'judgements taken back under the rank on arrival of a judgement', count(*)
FROM withdrawal w WHERE EXISTS (SELECT 1 FROM judgement j WHERE j.sequence_no = w.sequence_no)
UNION ALL
SELECT 'decisions', 'decisions about a comparison, a completion or by somebody that is not there', count(*)
FROM adjudication a WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = a.comparison_key AND c.project_id = a.project_id)
  OR NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = a.rater_key AND r.project_id = a.project_id)
  OR a.choice NOT IN ('tie', 'both_bad') AND NOT EXISTS (
    SELECT 1 FROM completion p WHERE p.comparison_key = a.comparison_key AND p.completion_id = a.choice)
UNION ALL
SELECT 'decisions in a row', 'decisions whose predecessor is missing or came later', count(*)
FROM adjudication a WHERE a.revision_no > 0
  AND NOT EXISTS (SELECT 1 FROM adjudication b WHERE b.adjudication_id = a.adjudication_id
                  AND b.revision_no = a.revision_no - 1 AND b.sequence_no < a.sequence_no)
UNION ALL
SELECT 'decision ranks', 'decisions under the rank on arrival of a judgement, or of one taken back', count(*)
FROM adjudication a WHERE EXISTS (SELECT 1 FROM judgement j WHERE j.sequence_no = a.sequence_no)
  OR EXISTS (SELECT 1 FROM withdrawal w WHERE w.sequence_no = a.sequence_no)
UNION ALL
SELECT 'decisions as shown', 'decisions of second raters that were not shown to them, or in another order', count(*)
FROM adjudication a WHERE a.role = 'rater' AND NOT EXISTS (
  SELECT 1 FROM deciding d WHERE d.adjudication_id = a.adjudication_id AND d.rater_key = a.rater_key
    AND d.comparison_key = a.comparison_key AND d.criterion = a.criterion AND d.presentation = a.presentation)
UNION ALL
SELECT 'shown to decide', 'comparisons shown to decide that are not there, or to somebody who is not or judged them', count(*)
FROM deciding d WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = d.comparison_key AND c.project_id = d.project_id)
  OR NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = d.rater_key AND r.project_id = d.project_id)
  OR EXISTS (SELECT 1 FROM assignment a WHERE a.rater_key = d.rater_key AND a.comparison_key = d.comparison_key)
UNION ALL
SELECT 'left to others', 'comparisons left to somebody else by whom they were not shown to', count(*)
FROM deciding_decline e WHERE NOT EXISTS (SELECT 1 FROM deciding d WHERE d.adjudication_id = e.adjudication_id)
UNION ALL
SELECT 'referrals', 'comparisons left to a second rater that are not there, or without the referral before', count(*)
FROM referral f WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = f.comparison_key AND c.project_id = f.project_id)
  OR f.referral_no > 0 AND NOT EXISTS (SELECT 1 FROM referral b WHERE b.comparison_key = f.comparison_key
    AND b.criterion = f.criterion AND b.referral_no = f.referral_no - 1 AND b.asked <> f.asked)
UNION ALL
SELECT 'deciders', 'deciders who are no raters, or without the row before', count(*)
FROM decider d WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = d.rater_key AND r.role = 'rater')
  OR d.decider_no > 0 AND NOT EXISTS (SELECT 1 FROM decider b WHERE b.rater_key = d.rater_key
    AND b.decider_no = d.decider_no - 1 AND b.decides <> d.decides)
UNION ALL
SELECT 'written decisions', 'decisions about a rater or a judgement that is not there, or about another''s judgement', count(*)
FROM decision d WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = d.rater_key AND r.project_id = d.project_id)
  OR NOT EXISTS (SELECT 1 FROM decision_judgement n WHERE n.decision_id = d.decision_id)
  OR EXISTS (SELECT 1 FROM decision_judgement n WHERE n.decision_id = d.decision_id AND NOT EXISTS (
    SELECT 1 FROM judgement j WHERE j.judgement_id = n.judgement_id AND j.rater_key = d.rater_key))
UNION ALL
SELECT 'decision steps', 'steps of no decision, out of their order, or in effect before their notice is over', count(*)
FROM decision_step s LEFT JOIN decision d ON d.decision_id = s.decision_id
WHERE d.decision_id IS NULL OR (s.step = 'in_effect' AND s.occurred_at < d.effective_at)
  OR s.step_no > 0 AND NOT EXISTS (SELECT 1 FROM decision_step b WHERE b.decision_id = s.decision_id
    AND b.step_no = s.step_no - 1 AND b.sequence_no < s.sequence_no AND b.step <> 'lifted')
UNION ALL
SELECT 'appeals', 'appeals of or about something that is not there, or against another author than wrote it', count(*)
FROM appeal a WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = a.rater_key AND r.project_id = a.project_id)
  OR CASE a.subject_kind
    WHEN 'control' THEN NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = a.subject_id AND c.is_gold)
    ELSE NOT EXISTS (SELECT 1 FROM decision d WHERE d.decision_id = a.subject_id AND d.rater_key = a.rater_key
                     AND d.decided_by = a.decision_author) END
UNION ALL
SELECT 'appeals ended', 'ends of no appeal, or of one whose decision had effect on after it was upheld', count(*)
FROM appeal_event e LEFT JOIN appeal a ON a.appeal_id = e.appeal_id
WHERE a.appeal_id IS NULL OR a.rater_key <> e.rater_key OR a.decision_author IS DISTINCT FROM e.decision_author
  OR e.step IN ('upheld', 'timed_out_upheld') AND a.subject_kind = 'decision' AND NOT EXISTS (
    SELECT 1 FROM decision_step s WHERE s.decision_id = a.subject_id AND s.step = 'lifted')
UNION ALL
SELECT 'known answers removed', 'known answers removed of a comparison that never had one', count(*)
FROM gold_removal g WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = g.comparison_key AND c.is_gold)
UNION ALL
SELECT 'threads', 'threads of nobody, about a comparison their rater was not handed, or without a first message of theirs', count(*)
FROM thread t WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = t.rater_key AND r.project_id = t.project_id)
  OR t.judgement_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM assignment a WHERE a.judgement_id = t.judgement_id AND a.rater_key = t.rater_key)
    AND NOT EXISTS (SELECT 1 FROM deciding d WHERE d.adjudication_id = t.judgement_id AND d.rater_key = t.rater_key)
  OR NOT EXISTS (SELECT 1 FROM message m WHERE m.thread_id = t.thread_id AND m.message_no = 0 AND m.role = 'rater')
UNION ALL
SELECT 'messages', 'messages of no thread or of another person''s, or out of their order', count(*)
FROM message m LEFT JOIN thread t ON t.thread_id = m.thread_id
WHERE t.thread_id IS NULL OR t.rater_key <> m.rater_key OR m.message_no > 0 AND NOT EXISTS (
    SELECT 1 FROM message b WHERE b.thread_id = m.thread_id AND b.message_no = m.message_no - 1)
UNION ALL
SELECT 'drafts', 'drafts of nothing that is held by their rater', count(*)
FROM draft d WHERE NOT EXISTS (SELECT 1 FROM assignment a WHERE a.assignment_id = d.assignment_id AND a.rater_key = d.rater_key)
  AND NOT EXISTS (SELECT 1 FROM deciding s WHERE s.adjudication_id = d.assignment_id AND s.rater_key = d.rater_key)
UNION ALL
SELECT 'drafts left behind', 'drafts of comparisons that are judged or decided', count(*)
FROM draft d LEFT JOIN assignment a ON a.assignment_id = d.assignment_id
WHERE EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = a.judgement_id)
  OR EXISTS (SELECT 1 FROM adjudication j WHERE j.adjudication_id = d.assignment_id)
UNION ALL
SELECT 'displays', 'displays of a rater who is not there', count(*)
FROM display d WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = d.rater_key)
UNION ALL
SELECT 'eligibility', 'limits of a rater who is not there, or without the one before', count(*)
FROM eligibility e WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = e.rater_key)
  OR (e.eligibility_no > 0 AND NOT EXISTS (
    SELECT 1 FROM eligibility b WHERE b.rater_key = e.rater_key AND b.eligibility_no = e.eligibility_no - 1))
UNION ALL
SELECT 'guidelines confirmed', 'confirmations by a rater who is not there', count(*)
FROM guideline_confirmation g WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = g.rater_key AND r.project_id = g.project_id)
UNION ALL
SELECT 'practice rounds', 'practice rounds of a rater who is not there, or without the one before', count(*)
FROM practice_round p WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = p.rater_key AND r.project_id = p.project_id)
  OR (p.round_no > 1 AND NOT EXISTS (SELECT 1 FROM practice_round b WHERE b.rater_key = p.rater_key AND b.round_no = p.round_no - 1))
UNION ALL
SELECT 'practice raters', 'practice answers of a rater or a round that is not there', count(*)
FROM practice_answer p WHERE NOT EXISTS (SELECT 1 FROM rater r WHERE r.rater_key = p.rater_key AND r.project_id = p.project_id)
  OR (p.round_no > 0 AND NOT EXISTS (SELECT 1 FROM practice_round b WHERE b.rater_key = p.rater_key AND b.round_no = p.round_no))
UNION ALL
SELECT 'practised comparisons', 'practice answers to a comparison without a known answer', count(*)
FROM practice_answer p WHERE NOT EXISTS (SELECT 1 FROM comparison c WHERE c.comparison_key = p.comparison_key AND c.is_gold)
UNION ALL
SELECT 'version inputs', 'fingerprints of a version that is not there', count(*)
FROM version_input i WHERE NOT EXISTS (SELECT 1 FROM version v WHERE v.version_id = i.version_id);

-- name: practice_to_check
-- Each way practice was marked and how often, to be worked out again.
SELECT c.gold, p.choice, p.as_expected, count(*) AS answers
FROM practice_answer p JOIN comparison c ON c.comparison_key = p.comparison_key
WHERE c.gold IS NOT NULL
GROUP BY c.gold, p.choice, p.as_expected;
