-- name: my_judgements
-- A page of a rater's own judgements, the newest first, that hold some words in prompt, responses or reason: $search
-- as JSON writes it, $words as it is typed. A judgement keeps its place when it is revised or taken back.
WITH mine AS (
  SELECT judgement_id, comparison_key, min(sequence_no) AS first_no, max(revision_no) AS revisions,
         min(submitted_at) AS submitted_at
  FROM judgement WHERE rater_key = $rater_key AND submitted_at IS NOT NULL
  GROUP BY judgement_id, comparison_key)
SELECT m.judgement_id, m.first_no, m.revisions, m.submitted_at, m.comparison_key, c.comparison_id, c.prompt,
       (SELECT arg_max(f.flags, f.revision_no) FROM flag f
        WHERE f.rater_key = $rater_key AND f.comparison_key = m.comparison_key) AS flags,
       coalesce((SELECT arg_max(e.content IS NOT NULL, e.revision_no) FROM edited e
                 WHERE e.judgement_id = m.judgement_id), FALSE) AS improved
FROM mine m JOIN comparison c ON c.comparison_key = m.comparison_key
WHERE (CAST($before AS UUID) IS NULL
       OR m.first_no < (SELECT b.first_no FROM mine b WHERE b.judgement_id = CAST($before AS UUID)))
  AND ($words = ''
       OR EXISTS (SELECT 1 FROM shown_text t WHERE t.comparison_key = m.comparison_key
                  AND strpos(lower(t.words), lower($search)) > 0)
       OR EXISTS (SELECT 1 FROM last_revision j WHERE j.judgement_id = m.judgement_id
                  AND strpos(lower(j.rationale), lower($words)) > 0))
ORDER BY m.first_no DESC LIMIT $most;

-- name: answers_of_judgements
-- The answers that hold of some judgements, or held when they were taken back, in the order they were given.
SELECT judgement_id, criterion, choice, strength, degree, ranking, points, reasons, rationale, order_asked,
       presentation, sequence_no
FROM last_revision WHERE judgement_id = ANY (CAST($judgement_ids AS UUID[]))
ORDER BY sequence_no;

-- name: my_skips
-- What a rater has skipped and neither taken back nor judged since, the latest first.
SELECT a.assignment_id, a.comparison_key, c.comparison_id, c.prompt, s.skipped_at
FROM skip s
JOIN assignment a ON a.rater_key = s.rater_key AND a.comparison_key = s.comparison_key AND a.repeat_no = s.repeat_no
JOIN comparison c ON c.comparison_key = s.comparison_key
WHERE s.rater_key = $rater_key
  AND NOT EXISTS (SELECT 1 FROM skip_end e WHERE e.skip_id = s.skip_id)
  AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.judgement_id = a.judgement_id AND j.submitted_at IS NOT NULL)
ORDER BY s.skipped_at DESC, s.skip_id LIMIT $most;
