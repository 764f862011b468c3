-- How likely the chosen one is the better one. Expects the variables soft_labels and smoothing.

-- Votes by number, for estimates that are no SQL: the completion whose hash is smaller is 0 and the other 2, a tie 1,
-- a both-bad 3. By hash, so that nothing an import does gives the categories a meaning of their own.
CREATE VIEW numbered_vote AS
SELECT v.criterion, pair_id_of(v.comparison_id, v.criterion, v.first_id, v.second_id) AS pair_id,
  sha256(v.comparison_id || '|' || v.first_id) > sha256(v.comparison_id || '|' || v.second_id) AS turned,
  dense_rank() OVER (ORDER BY j.rater_key, j.imported) - 1 AS rater_no,
  CASE v.side WHEN 'tie' THEN 1 WHEN 'both_bad' THEN 3 WHEN 'first' THEN CASE WHEN turned THEN 2 ELSE 0 END
    ELSE CASE WHEN turned THEN 0 ELSE 2 END END AS label
FROM vote v JOIN counted j ON j.judgement_no = v.judgement_no;

CREATE TABLE estimated (pair_id VARCHAR, first_better DOUBLE);  -- filled where it is asked for

CREATE VIEW row_soft AS
SELECT p.*,
  (round(p.score_chosen * p.n_raters) + (p.n_ties + p.n_both_bad) / 2.0 + getvariable('smoothing'))
    / (p.n_raters + 2 * getvariable('smoothing')) AS soft_label,
  CASE w.winner WHEN 1 THEN e.first_better ELSE 1 - e.first_better END AS dawid_skene
FROM row_preference p
JOIN (SELECT pair_id_of(comparison_id, criterion, first_id, second_id) AS pair_id, winner
  FROM settled WHERE unfit IS NULL) w ON w.pair_id = p.pair_id
LEFT JOIN estimated e ON e.pair_id = p.pair_id
WHERE getvariable('soft_labels');
