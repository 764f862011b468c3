-- Edited completions that may be published: with their rater's consent, of first judgements of ordinary comparisons.
-- The text stands in for the last assistant turn; what followed that turn answered the old text and is left away.
CREATE MACRO last_assistant(turns) AS
  len(turns) + 1 - list_position(list_reverse(list_transform(turns, lambda turn: turn.role)), 'assistant');

CREATE TABLE bettered AS  -- few, and a table of its own so that the engine knows it before it looks at all texts
SELECT e.judgement_id, j.comparison_id, e.completion_id, j.rater_key, j.imported, j.submitted_on, j.rationale_consent,
  e.content AS better
FROM given_edited e
JOIN (
  SELECT stored_id, comparison_id, rater_key, imported, rationale_consent, max(submitted_on) AS submitted_on
  FROM judgement WHERE NOT is_gold AND repeat_no = 0 AND NOT excluded AND stored_id IN (SELECT judgement_id FROM given_edited)
  GROUP BY ALL) j ON j.stored_id = e.judgement_id;

CREATE VIEW improved_text AS
WITH given AS (
  SELECT e.*, messages(o.content) AS original FROM bettered e
  JOIN given_completion o ON o.comparison_id = e.comparison_id AND o.completion_id = e.completion_id)
SELECT * EXCLUDE (original, better),
  list_append(original[:last_assistant(original) - 1], {'role': 'assistant', 'content': better}) AS turns
FROM given;
