-- Every judgement as given, repeats and gold included. The sign of the strength follows the import
-- order of the completions, never the order shown.
CREATE VIEW row_ratings AS
SELECT j.judgement_id, j.comparison_id, r.pseudonym AS rater, j.criterion, j.choice,
  CASE
    WHEN j.completion_count > 2 OR j.choice = 'both_bad' THEN NULL
    WHEN j.choice = 'tie' THEN 0
    WHEN f.completion_id = j.choice THEN -j.strength
    ELSE j.strength
  END AS strength,
  CASE WHEN j.completion_count = 2 THEN CASE WHEN f.completion_id = j.choice THEN -j.degree ELSE j.degree END
  END AS degree,
  list_transform(map_entries(j.points::JSON::MAP(VARCHAR, SMALLINT)),
    lambda entry: {'id': entry.key, 'points': entry.value}) AS points,
  coalesce(list_transform(from_json(j.reasons, '[{"completion":"VARCHAR","reason":"VARCHAR"}]'),
    lambda given: {'id': given.completion, 'reason': given.reason}), []) AS reasons,
  coalesce(from_json(j.flags, '[{"target":"VARCHAR","flag":"VARCHAR"}]'), []) AS flags,
  j.order_asked,
  from_json(j.ranking, '[["VARCHAR"]]') AS ranking,
  from_json(j.presentation, '["VARCHAR"]') AS presentation,
  j.rationale, j.submitted_on, j.is_gold, j.guideline_version, j.interface_version, j.repeat_no, j.split
FROM judgement j
JOIN completion f ON f.comparison_id = j.comparison_id AND f.place = 0
JOIN rater r ON r.rater_key = j.rater_key AND r.imported = j.imported;
