-- The order raters give together to three and more completions, and how alike their orders are.

-- Kendall's tau-b of two raters over the pairs both spoke of; null where one of them calls all equal. Whole numbers up
-- to the one root, and a sum of decimals: the same whatever the order of the rows.
CREATE TABLE likeness AS
WITH told AS (
  SELECT v.comparison_id, v.criterion, v.judgement_no, v.first_id, v.second_id,
    CASE v.side WHEN 'first' THEN 1 WHEN 'second' THEN -1 ELSE 0 END AS towards
  FROM vote v JOIN comparison c ON c.comparison_id = v.comparison_id
  WHERE v.side <> 'both_bad' AND c.completion_count > 2
), couples AS (
  SELECT a.comparison_id, a.criterion, sum(a.towards * b.towards) AS agreeing,
    sum(a.towards * a.towards) * sum(b.towards * b.towards) AS most
  FROM told a JOIN told b ON b.comparison_id = a.comparison_id AND b.criterion = a.criterion
    AND b.first_id = a.first_id AND b.second_id = a.second_id AND b.judgement_no > a.judgement_no
  GROUP BY a.comparison_id, a.criterion, a.judgement_no, b.judgement_no
)
SELECT comparison_id, criterion,
  (sum((agreeing / sqrt(most::DOUBLE))::DECIMAL(18, 12))::DOUBLE / count(*))::FLOAT AS tau_b
FROM couples WHERE most > 0 GROUP BY comparison_id, criterion;

CREATE TABLE row_rankings AS
WITH many AS (  -- chosen first: most projects compare two, and to group those would be all the work there is
  SELECT t.comparison_id, t.criterion, t.completion_id, t.share, t.rank_no, c.place
  FROM standing t JOIN completion c ON c.comparison_id = t.comparison_id AND c.completion_id = t.completion_id
  WHERE t.comparison_id IN (SELECT comparison_id FROM comparison WHERE completion_count > 2)
), groups AS (
  SELECT comparison_id, criterion, rank_no, list(completion_id ORDER BY place) AS members FROM many GROUP BY ALL
), ordered AS (
  SELECT comparison_id, criterion, list(members ORDER BY rank_no) AS ranking FROM groups GROUP BY ALL
), scored AS (
  SELECT comparison_id, criterion, list(share ORDER BY place) AS scores FROM many GROUP BY ALL
)
SELECT id_20(part(o.comparison_id) || '|' || part(o.criterion)) AS ranking_id, o.comparison_id, o.criterion,
  c.prompt, l.completions, s.scores, r.ranking, o.n::INTEGER AS n_raters, k.tau_b, c.split
FROM consensus o
JOIN placed c ON c.comparison_id = o.comparison_id
JOIN listed l ON l.comparison_id = o.comparison_id
JOIN scored s ON s.comparison_id = o.comparison_id AND s.criterion = o.criterion
JOIN ordered r ON r.comparison_id = o.comparison_id AND r.criterion = o.criterion
LEFT JOIN likeness k ON k.comparison_id = o.comparison_id AND k.criterion = o.criterion
WHERE o.completion_count > 2;
