-- One row per decided pair and criterion that trainers can use.
CREATE TABLE row_preference AS
SELECT pair_id_of(s.comparison_id, s.criterion, s.first_id, s.second_id) AS pair_id,
  s.comparison_id, c.prompt, w.content AS chosen, l.content AS rejected,
  w.model AS chosen_model, l.model AS rejected_model,
  CASE s.winner WHEN 1 THEN s.n_first ELSE s.n_second END::DOUBLE / s.n AS score_chosen,
  CASE s.winner WHEN 1 THEN s.n_second ELSE s.n_first END::DOUBLE / s.n AS score_rejected,
  CASE WHEN s.n_strength > 0
    THEN (CASE s.winner WHEN 1 THEN -s.toward_second ELSE s.toward_second END::DOUBLE
      / (s.n_strength + s.n_ties))::FLOAT END AS strength,
  s.n::INTEGER AS n_raters, s.n_ties::INTEGER AS n_ties, s.n_both_bad::INTEGER AS n_both_bad,
  s.n_strength::INTEGER AS n_strength,
  agreement_of(s.agreeing, s.couples)::FLOAT AS agreement,
  s.criterion, c.language, c.source, c.tags, s.verdict IS NOT NULL AS adjudicated, c.split
FROM settled s
JOIN placed c ON c.comparison_id = s.comparison_id
JOIN completion w ON w.comparison_id = s.comparison_id AND w.completion_id = s.chosen_id
JOIN completion l ON l.comparison_id = s.comparison_id AND l.completion_id = s.rejected_id
WHERE s.unfit IS NULL;
