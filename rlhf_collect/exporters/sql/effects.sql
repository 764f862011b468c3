-- What an answer goes along with besides what was asked: length of the response and the models behind it. Expects the
-- tables of prepare.sql and preference.sql. Descriptions of the answers, not causes.

-- Per comparison of two responses: answers that name one of them where their lengths differ by more than 30 characters,
-- and how many of those name the longer one.
CREATE VIEW effect_length AS
WITH two AS (
  SELECT j.comparison_id, j.criterion, chosen.characters - other.characters AS longer_by
  FROM judgement j
  JOIN completion chosen ON chosen.comparison_id = j.comparison_id AND chosen.completion_id = j.choice
  JOIN completion other ON other.comparison_id = j.comparison_id AND other.completion_id <> j.choice
  WHERE NOT j.is_gold AND j.repeat_no = 0 AND NOT j.excluded AND j.completion_count = 2)
SELECT criterion, comparison_id, count(*) AS answers, count(*) FILTER (longer_by > 0) AS longer
FROM two WHERE abs(longer_by) > 30 GROUP BY ALL;

-- Votes on the responses of each pair of models, whichever stood first; pairs of one model with itself are left out.
CREATE VIEW effect_models AS
WITH named AS (
  SELECT v.criterion, v.comparison_id, v.side, first.model AS first_model, second.model AS second_model
  FROM vote v
  JOIN completion first ON first.comparison_id = v.comparison_id AND first.completion_id = v.first_id
  JOIN completion second ON second.comparison_id = v.comparison_id AND second.completion_id = v.second_id
  WHERE first.model <> '' AND second.model <> '' AND first.model <> second.model)
SELECT criterion, least(first_model, second_model) AS model_a, greatest(first_model, second_model) AS model_b,
  count(DISTINCT comparison_id) AS comparisons, count(*) AS votes,
  count(*) FILTER (side = CASE WHEN first_model < second_model THEN 'first' ELSE 'second' END) AS a_better,
  count(*) FILTER (side = CASE WHEN first_model < second_model THEN 'second' ELSE 'first' END) AS b_better,
  count(*) FILTER (side = 'tie') AS ties, count(*) FILTER (side = 'both_bad') AS both_bad
FROM named GROUP BY ALL;
