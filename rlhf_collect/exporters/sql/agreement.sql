-- What the agreement of a filtered version is counted from: first judgements of ordinary comparisons, on one scale for
-- any number of completions (0 the completion whose hash is smallest, 1 a tie, 2 to 8 the others by hash, 9 both-bad).
CREATE TABLE opinion AS
WITH slot AS (
  SELECT comparison_id, completion_id,
    row_number() OVER (PARTITION BY comparison_id ORDER BY sha256(comparison_id || '|' || completion_id)) AS slot_no
  FROM completion
)
SELECT j.comparison_id, j.criterion, j.completion_count, j.rater_key, j.imported,
  CASE j.choice WHEN 'tie' THEN 1 WHEN 'both_bad' THEN 9 ELSE CASE s.slot_no WHEN 1 THEN 0 ELSE s.slot_no END END
    AS category,
  CASE WHEN s.slot_no IS NOT NULL THEN from_json(j.presentation, '["VARCHAR"]')[1] = j.choice END AS first_shown_won
FROM judgement j LEFT JOIN slot s ON s.comparison_id = j.comparison_id AND s.completion_id = j.choice
WHERE NOT j.is_gold AND j.repeat_no = 0 AND NOT j.excluded;

CREATE VIEW agreement_patterns AS
WITH unit AS (
  SELECT criterion, completion_count::BIGINT AS completions,
    count(*) FILTER (category = 0) AS s0, count(*) FILTER (category = 1) AS t, count(*) FILTER (category = 2) AS s1,
    count(*) FILTER (category = 3) AS s2, count(*) FILTER (category = 4) AS s3, count(*) FILTER (category = 5) AS s4,
    count(*) FILTER (category = 6) AS s5, count(*) FILTER (category = 7) AS s6, count(*) FILTER (category = 8) AS s7,
    count(*) FILTER (category = 9) AS x
  FROM opinion GROUP BY criterion, completion_count, comparison_id
)
SELECT criterion, completions, s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m FROM unit GROUP BY ALL ORDER BY ALL;

CREATE VIEW agreement_sides AS
SELECT criterion, rater_key || CASE WHEN imported THEN '+' ELSE '' END AS rater, count(*) AS decided,
  count(*) FILTER (first_shown_won) AS first_shown
FROM opinion WHERE first_shown_won IS NOT NULL AND completion_count = 2 GROUP BY ALL ORDER BY ALL;

CREATE VIEW agreement_ground AS
SELECT criterion, count(DISTINCT comparison_id) AS comparisons, count(*) AS judgements,
  count(DISTINCT (rater_key, imported)) AS raters, count(*) FILTER (category = 1) AS ties,
  count(*) FILTER (category = 9) AS both_bad, count(*) FILTER (completion_count > 2) AS many
FROM opinion GROUP BY ALL ORDER BY ALL;
