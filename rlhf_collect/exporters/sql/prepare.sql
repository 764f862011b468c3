-- Macros and tables every config builds on: comparisons, counted judgements, places of rows. In all of them a number
-- stands for a text. Expects the tables given_judgement, given_comparison, given_edited, given_adjudication, given_exclusion and given_row, those of
-- texts.sql, prompt_numbered and completion (texts by number), and the variables inner_pad, outer_pad (HMAC-SHA256 key pads), k, version, imported_rationales and those of the
-- filters: tags, without_tags, languages, models, without_models, guideline_versions (lists), first_day, last_day.

CREATE MACRO keyed_hex(content) AS
  sha256(getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(content))));

-- Five bits a letter (RFC 4648), looked up two at a time. A whole number holds twelve letters.
SET VARIABLE letter_pairs = (
  SELECT list(letters[a + 1] || letters[b + 1] ORDER BY a, b)
  FROM (SELECT 'abcdefghijklmnopqrstuvwxyz234567' AS letters), range(32) one(a), range(32) other(b));
CREATE MACRO bits(hex) AS ('0x' || hex)::BIGINT;
CREATE MACRO letters_at(number, place) AS getvariable('letter_pairs')[((number >> place) & 1023) + 1];
CREATE MACRO twelve_letters(number) AS letters_at(number, 50) || letters_at(number, 40) || letters_at(number, 30)
  || letters_at(number, 20) || letters_at(number, 10) || letters_at(number, 0);
CREATE MACRO four_letters(number) AS letters_at(number, 10) || letters_at(number, 0);
CREATE MACRO base32_12(hex) AS twelve_letters(bits(substr(hex, 1, 15)));
CREATE MACRO base32_16(hex) AS base32_12(hex) || four_letters(bits(substr(hex, 16, 5)));

CREATE TABLE comparison AS
SELECT c.comparison_id, a.prompt_no, t.content AS prompt, t.fits AS prompt_fits, coalesce(c.language, '') AS language,
  coalesce(from_json(c.tags, '["VARCHAR"]'), []) AS tags, coalesce(c.metadata, '{}') AS metadata,
  coalesce(c.source, '') AS source, c.is_gold, n.completion_count, n.models
FROM given_comparison c
JOIN asked a ON a.comparison_id = c.comparison_id
JOIN prompt_numbered t ON t.prompt_no = a.prompt_no
JOIN (SELECT comparison_id, count(*) AS completion_count, list(DISTINCT model) AS models
  FROM completion GROUP BY ALL) n
  ON n.comparison_id = c.comparison_id;

-- The filters, each by the name its work is counted under. An empty list asks for nothing.
CREATE MACRO asks(name) AS len(getvariable(name)) > 0;
CREATE MACRO speaks(language) AS len(list_filter(getvariable('languages'), lambda wanted:
  lower(wanted) = lower(language) OR starts_with(lower(language), lower(wanted) || '-'))) > 0;

CREATE MACRO out_of_time(day, guideline_version) AS
  CASE WHEN day < getvariable('first_day') OR day > getvariable('last_day') THEN 'filter_days'
    WHEN asks('guideline_versions')
      AND NOT list_contains(getvariable('guideline_versions'), coalesce(guideline_version, ''))
      THEN 'filter_guidelines' END;

CREATE VIEW barred_comparison AS
SELECT comparison_id,
  CASE WHEN asks('tags') AND NOT list_has_any(tags, getvariable('tags')) THEN 'filter_tags'
    WHEN list_has_any(tags, getvariable('without_tags')) THEN 'filter_tags'
    WHEN asks('languages') AND NOT speaks(language) THEN 'filter_languages'
    WHEN asks('models') AND NOT list_has_all(getvariable('models'), models) THEN 'filter_models'
    WHEN list_has_any(models, getvariable('without_models')) THEN 'filter_models' END AS barred
FROM comparison;

CREATE VIEW sifted AS
SELECT j.*, coalesce(c.barred, out_of_time(j.submitted_on, j.guideline_version)) AS barred
FROM given_judgement j JOIN barred_comparison c ON c.comparison_id = j.comparison_id
WHERE j.choice <> 'skip';

-- One row per published judgement. A skip is never published as a row.
CREATE TABLE judgement AS
SELECT base32_16(keyed_hex(j.judgement_id || '|' || j.criterion)) AS judgement_id, j.judgement_id AS stored_id,
  j.comparison_id, j.criterion, j.choice, j.strength, j.ranking, j.presentation, j.rater_key, j.imported,
  j.nameless,
  CASE WHEN j.rationale_consent OR (j.imported AND getvariable('imported_rationales'))
    THEN nullif(j.rationale, '') END AS rationale,
  nullif(j.rationale, '') IS NOT NULL AS had_rationale,
  j.submitted_on, j.is_gold OR c.is_gold AS is_gold, j.repeat_no,
  coalesce(j.guideline_version, '') AS guideline_version,
  coalesce(j.interface_version, '') AS interface_version,
  j.degree, j.points, j.reasons, j.flags, j.order_asked, j.rationale_consent,
  x.judgement_id IS NOT NULL AS excluded, c.completion_count
FROM sifted j
JOIN comparison c ON c.comparison_id = j.comparison_id
LEFT JOIN given_exclusion x ON x.judgement_id = j.judgement_id
WHERE j.barred IS NULL;

-- What leads and second raters decided about comparisons that are published: beside the judgements, never among them.
CREATE TABLE decision AS
SELECT base32_16(keyed_hex(a.adjudication_id || '|' || a.criterion)) AS judgement_id, a.comparison_id, a.criterion,
  a.choice, a.strength, nullif(a.reason, '') AS rationale, a.decided_on, a.guideline_version, a.interface_version,
  a.holds, CASE WHEN a.role = 'rater' THEN 'second_rater' ELSE 'lead' END AS role, a.presentation,
  c.completion_count
FROM given_adjudication a
JOIN comparison c ON c.comparison_id = a.comparison_id
JOIN barred_comparison b ON b.comparison_id = a.comparison_id
WHERE b.barred IS NULL AND out_of_time(a.decided_on, a.guideline_version) IS NULL
  AND a.comparison_id IN (SELECT comparison_id FROM judgement);

-- A group of raters below k gets no pseudonyms: people of this service and raters of imported
-- judgements are told apart by their rows, so each group must be large enough by itself. Who was erased and left
-- their judgements has none either, and judgements a decision leaves out lend nobody their number.
CREATE TABLE rater AS
SELECT rater_key, imported,
  CASE WHEN count(*) OVER (PARTITION BY imported) >= getvariable('k') AND NOT nameless
    THEN base32_12(keyed_hex(rater_key)) END AS pseudonym
FROM (SELECT rater_key, imported, bool_or(nameless) AS nameless FROM judgement WHERE NOT excluded GROUP BY ALL);

CREATE MACRO version_rank(name) AS
  [split_part(name, '.', 1)::INTEGER, split_part(name, '.', 2)::INTEGER, split_part(name, '.', 3)::INTEGER];
