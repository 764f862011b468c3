-- One row per edited completion that may be published. Expects the table improved, its texts by number.
CREATE TABLE row_edited AS
SELECT base32_16(keyed_hex(e.judgement_id || '|edited')) AS edited_id, e.comparison_id, c.prompt,
  o.content AS original, e.content AS edited, o.model AS original_model, r.pseudonym AS rater, c.language, c.source,
  c.tags, e.submitted_on, c.split
FROM improved e
JOIN placed c ON c.comparison_id = e.comparison_id
JOIN completion o ON o.comparison_id = e.comparison_id AND o.completion_id = e.completion_id
JOIN rater r ON r.rater_key = e.rater_key AND r.imported = e.imported
WHERE e.rationale_consent;
