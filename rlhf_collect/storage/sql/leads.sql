-- What a lead's page reads beside the reports: whether anything is new, and the comparisons raters differ on.

-- part: standing
-- Every judgement of ordinary comparisons that stands, by what was chosen, practice left out.
standing AS (
  SELECT j.comparison_key, j.choice, count(*) AS n
  FROM current_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
  WHERE j.project_id = $project_id AND j.criterion = $criterion AND j.repeat_no = 0
    AND c.project_id = $project_id AND NOT c.is_gold AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]))
  GROUP BY j.comparison_key, j.choice)

-- part: apart
-- Those judged at least twice where no choice leads the next by two, with the entropy of the choices in bits.
apart AS (
  SELECT s.comparison_key, sum(s.n)::BIGINT AS judgements,
         round(-sum(s.n / total.n * log2(s.n / total.n)), 6) AS entropy
  FROM standing s
  JOIN (SELECT comparison_key, sum(n)::DOUBLE AS n, max(n, 2) AS most FROM standing GROUP BY comparison_key) total
    ON total.comparison_key = s.comparison_key
  WHERE total.n >= 2 AND total.most[1] - coalesce(total.most[2], 0) < 2
  GROUP BY s.comparison_key)

-- name: project_state
-- Changes whenever anything does that a report of a project could tell: compared, and never read otherwise.
SELECT (SELECT coalesce(max(setting_no), 0) FROM project_setting WHERE project_id = $project_id) AS setting_no,
       (SELECT count(*) FROM comparison WHERE project_id = $project_id) AS comparisons,
       (SELECT count(*) FROM judgement WHERE project_id = $project_id) AS judgements,
       (SELECT coalesce(max(sequence_no), 0) FROM judgement WHERE project_id = $project_id) AS last_judgement,
       (SELECT coalesce(max(sequence_no), 0) FROM withdrawal WHERE project_id = $project_id) AS last_withdrawal,
       (SELECT coalesce(max(sequence_no), 0) FROM adjudication WHERE project_id = $project_id) AS last_decision,
       (SELECT count(*) FROM referral WHERE project_id = $project_id) AS referrals,
       (SELECT count(*) FROM decider d JOIN rater r ON r.rater_key = d.rater_key
        WHERE r.project_id = $project_id) AS deciders,
       (SELECT count(*) FROM decision WHERE project_id = $project_id) AS exclusions,
       (SELECT count(*) FROM decision_step s JOIN decision d ON d.decision_id = s.decision_id
        WHERE d.project_id = $project_id) AS exclusion_steps,
       (SELECT count(*) FROM appeal WHERE project_id = $project_id) AS appeals,
       (SELECT count(*) FROM appeal_event e JOIN appeal a ON a.appeal_id = e.appeal_id
        WHERE a.project_id = $project_id) AS appeals_ended,
       (SELECT count(*) FROM gold_removal WHERE project_id = $project_id) AS known_answers_removed,
       (SELECT count(*) FROM skip WHERE project_id = $project_id) AS skips,
       (SELECT count(*) FROM skip s JOIN skip_end e ON e.skip_id = s.skip_id
        WHERE s.project_id = $project_id) AS skips_ended,
       (SELECT count(*) FROM version WHERE project_id = $project_id) AS versions;

-- name: alert_state
-- The same for what is told of alerts and of what raters wrote, which no report reads.
SELECT (SELECT count(*) FROM flag WHERE project_id = $project_id) AS flags,
       (SELECT count(*) FROM message m JOIN thread t ON t.thread_id = m.thread_id
        WHERE t.project_id = $project_id) AS messages,
       (SELECT count(*) FROM thread t JOIN thread_end e ON e.thread_id = t.thread_id
        WHERE t.project_id = $project_id) AS threads_ended,
       (SELECT count(*) FROM audit WHERE project_id = $project_id AND deed IN ('flags_looked', 'limit')) AS deeds,
       (SELECT count(*) FROM alert WHERE project_id = $project_id) AS alerts,
       (SELECT count(*) FROM alert a JOIN alert_end e ON e.alert_id = a.alert_id
        WHERE a.project_id = $project_id) AS ended,
       (SELECT count(*) FROM alert a JOIN alert_try_end d ON d.alert_id = a.alert_id
        WHERE a.project_id = $project_id) AS tries,
       (SELECT count(*) FROM credential c JOIN rater r ON r.rater_key = c.rater_key
        WHERE r.project_id = $project_id) AS credentials,
       (SELECT count(*) FROM credential c JOIN rater r ON r.rater_key = c.rater_key
        JOIN credential_end e ON e.credential_id = c.credential_id
        WHERE r.project_id = $project_id) AS credentials_ended;

-- part: contested_ones
-- Those with a tag, all for an empty one, and those somebody answered, all for nobody; decided marks those a decision holds on, waiting those left to a second rater.
contested_ones AS (
  SELECT a.*, c.comparison_id, c.prompt, c.language, c.tags, c.import_no,
         EXISTS (SELECT 1 FROM current_adjudication d
                 WHERE d.comparison_key = a.comparison_key AND d.criterion = $criterion) AS decided,
         EXISTS (SELECT 1 FROM waiting_referral w
                 WHERE w.comparison_key = a.comparison_key AND w.criterion = $criterion) AS waiting
  FROM apart a JOIN comparison c ON c.comparison_key = a.comparison_key
  WHERE ($tag = '' OR list_contains(from_json(c.tags, '["VARCHAR"]'), $tag))
    AND ($rater_key IS NULL OR EXISTS (
      SELECT 1 FROM current_judgement j WHERE j.comparison_key = a.comparison_key AND j.criterion = $criterion
        AND j.repeat_no = 0 AND j.rater_key = $rater_key)))

-- name: contested
-- The comparisons raters differ on most, a page of them: undecided before decided, then the most evenly split first.
WITH {{standing}},
{{apart}},
{{contested_ones}}
SELECT c.comparison_key, c.comparison_id, c.prompt, c.language, c.tags, c.judgements, c.entropy, c.waiting,
       (SELECT string_agg(i.sha256 || i.path, chr(31) ORDER BY i.path) FROM comparison_image i
        WHERE i.comparison_key = c.comparison_key) AS images
FROM contested_ones c WHERE $which = 'all' OR c.decided = ($which = 'decided')
ORDER BY c.decided, c.entropy DESC, c.judgements DESC, c.import_no LIMIT $most OFFSET $after;

-- name: contested_counts
-- How many there are, on how many of them a decision holds, and how many are left to a second rater.
WITH {{standing}},
{{apart}},
{{contested_ones}}
SELECT count(*) AS total, count(*) FILTER (WHERE decided) AS decided, count(*) FILTER (WHERE waiting) AS waiting
FROM contested_ones;

-- name: contested_undecided
-- The undecided ones by name.
WITH {{standing}},
{{apart}},
{{contested_ones}}
SELECT comparison_key, comparison_id FROM contested_ones WHERE NOT decided ORDER BY import_no;

-- name: contested_tags
-- The tags of those comparisons, with how many of them have each.
WITH {{standing}},
{{apart}}
SELECT tag, count(*) AS comparisons
FROM (SELECT unnest(list_distinct(from_json(c.tags, '["VARCHAR"]'))) AS tag
      FROM apart a JOIN comparison c ON c.comparison_key = a.comparison_key)
GROUP BY tag ORDER BY comparisons DESC, tag;

-- name: comparisons_by_name
-- Some comparisons of a project by their public ids, with their prompts.
SELECT comparison_key, comparison_id, prompt FROM comparison
WHERE project_id = $project_id AND comparison_id = ANY (CAST($names AS TEXT[]));

-- name: completions_of_comparisons
-- The completions of some comparisons with their models, in import order: for leads.
SELECT comparison_key, completion_id, model, content FROM completion
WHERE comparison_key = ANY (CAST($comparison_keys AS UUID[])) ORDER BY comparison_key, place;

-- name: answers_of_comparisons
-- What raters said about some comparisons: who, what, how much and why; nothing about when.
SELECT j.comparison_key, j.rater_key, r.name AS rater, r.imported, r.name LIKE 'erased:%' AS nameless, j.choice, j.strength, j.ranking, j.points, j.reasons,
       j.rationale, j.presentation
FROM current_judgement j JOIN rater r ON r.rater_key = j.rater_key
WHERE j.project_id = $project_id AND j.criterion = $criterion AND j.repeat_no = 0
  AND j.comparison_key = ANY (CAST($comparison_keys AS UUID[]))
ORDER BY j.comparison_key, j.rater_key;

-- name: known_raters
-- Everybody of a project who is not nameless, for the names leads know them by.
SELECT rater_key, name AS rater, imported FROM rater
WHERE project_id = $project_id AND name NOT LIKE 'erased:%' ORDER BY rater_key;
