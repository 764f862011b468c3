-- Every judgement as given, repeats, gold and what a decision leaves out included (that without a pseudonym: who was
-- decided about is not published), and what leads and second raters decided beside them. The sign
-- of the strength follows the import order of the completions, never the order shown.
CREATE MACRO signed(choice, first_id, completions, strength) AS
  CASE WHEN completions > 2 OR choice = 'both_bad' THEN NULL WHEN choice = 'tie' THEN 0
    WHEN choice = first_id THEN -strength ELSE strength END;

CREATE VIEW row_ratings AS
SELECT j.judgement_id, j.comparison_id, CASE WHEN NOT j.excluded THEN r.pseudonym END AS rater, j.criterion, j.choice,
  signed(j.choice, f.completion_id, j.completion_count, j.strength) AS strength,
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
  j.rationale, j.submitted_on, j.is_gold, j.guideline_version, j.interface_version, j.repeat_no,
  'rater' AS role, j.excluded, c.split
FROM judgement j
JOIN placed c ON c.comparison_id = j.comparison_id
JOIN completion f ON f.comparison_id = j.comparison_id AND f.place = 0
LEFT JOIN rater r ON r.rater_key = j.rater_key AND r.imported = j.imported
UNION ALL
SELECT d.judgement_id, d.comparison_id, NULL, d.criterion, d.choice,
  signed(d.choice, f.completion_id, d.completion_count, d.strength), NULL, NULL, [], [], NULL, NULL,
  from_json(d.presentation, '["VARCHAR"]'), d.rationale, d.decided_on, false, d.guideline_version, d.interface_version,
  0, d.role, false, c.split
FROM decision d
JOIN placed c ON c.comparison_id = d.comparison_id
JOIN completion f ON f.comparison_id = d.comparison_id AND f.place = 0;
