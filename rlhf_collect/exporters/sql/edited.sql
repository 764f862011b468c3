-- Edited completions that may be published: with their rater's consent, of first judgements of ordinary comparisons.
-- The text stands in for the last assistant turn; what followed that turn answered the old text and is left away.
CREATE MACRO last_assistant(turns) AS
  len(turns) + 1 - list_position(list_reverse(list_transform(turns, lambda turn: turn.role)), 'assistant');

CREATE TABLE improved AS
SELECT e.judgement_id, j.comparison_id, e.completion_id, e.content, j.rater_key, j.imported, j.submitted_on,
  j.rationale_consent
FROM given_edited e
JOIN (
  SELECT stored_id, comparison_id, rater_key, imported, rationale_consent, max(submitted_on) AS submitted_on
  FROM judgement WHERE NOT is_gold AND repeat_no = 0 GROUP BY ALL) j ON j.stored_id = e.judgement_id;

CREATE VIEW row_edited AS
SELECT base32_16(keyed_hex(e.judgement_id || '|edited')) AS edited_id, e.comparison_id, c.prompt,
  o.content AS original,
  list_append(o.content[:last_assistant(o.content) - 1], {'role': 'assistant', 'content': e.content}) AS edited,
  o.model AS original_model, r.pseudonym AS rater, c.language, c.source, c.tags, e.submitted_on, c.split
FROM improved e
JOIN comparison c ON c.comparison_id = e.comparison_id
JOIN completion o ON o.comparison_id = e.comparison_id AND o.completion_id = e.completion_id
JOIN rater r ON r.rater_key = e.rater_key AND r.imported = e.imported
WHERE e.rationale_consent;
