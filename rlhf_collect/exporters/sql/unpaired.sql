-- Completions by themselves, called good or bad: both of a decided pair, all where the consensus is that all are bad,
-- and of three and more each by the share of its pairs it won, none at exactly one half.

CREATE TABLE consensus AS  -- what raters chose of a comparison as a whole
WITH chosen AS (
  SELECT comparison_id, criterion, choice, completion_count, count(*) AS n FROM counted GROUP BY ALL
), summed AS (
  SELECT comparison_id, criterion, completion_count, sum(n)::BIGINT AS n,
    coalesce(max(n) FILTER (choice = 'tie'), 0) AS n_ties, coalesce(max(n) FILTER (choice = 'both_bad'), 0) AS n_bad,
    coalesce(max(n) FILTER (choice NOT IN ('tie', 'both_bad')), 0) AS n_best
  FROM chosen GROUP BY ALL
)
SELECT s.*, v.choice IS NOT NULL AS is_verdict,
  coalesce(v.choice = 'both_bad', decides(getvariable('decision'), n_bad, rivals(n_ties, n_best), speaking(n, n_ties)))
    AS all_bad
FROM summed s LEFT JOIN verdict v ON v.comparison_id = s.comparison_id AND v.criterion = s.criterion;

-- Whether a completion is called good, and why it is no row, null if it is one. The same text called good and bad would
-- teach nothing: neither is a row.
CREATE TABLE called AS
WITH paired AS (
  SELECT s.comparison_id, s.criterion, unnest([s.chosen_id, s.rejected_id]) AS completion_id,
    unnest([true, false]) AS label
  FROM settled s JOIN consensus o ON o.comparison_id = s.comparison_id AND o.criterion = s.criterion
  WHERE o.completion_count = 2 AND s.unfit IS NULL
), single AS (
  SELECT o.comparison_id, o.criterion, t.completion_id, NOT o.all_bad AND t.share > 0.5 AS label,
    c.bare, c.fits AND q.prompt_fits AS fits, CASE WHEN NOT o.is_verdict THEN held_back(o.n, t.agreement) END AS held
  FROM consensus o
  JOIN standing t ON t.comparison_id = o.comparison_id AND t.criterion = o.criterion
  JOIN completion c ON c.comparison_id = t.comparison_id AND c.completion_id = t.completion_id
  JOIN comparison q ON q.comparison_id = o.comparison_id
  WHERE o.all_bad OR (o.completion_count > 2 AND t.share <> 0.5)
)
SELECT comparison_id, criterion, completion_id, label, NULL AS unfit FROM paired
UNION ALL
SELECT comparison_id, criterion, completion_id, label,
  CASE WHEN held IS NOT NULL THEN held
    WHEN NOT fits THEN 'unfit_completion'
    WHEN min(label) OVER alike <> max(label) OVER alike THEN 'unfit_completion' END
FROM single
WINDOW alike AS (PARTITION BY comparison_id, criterion, bare);

CREATE TABLE row_unpaired AS
SELECT id_20(part(d.comparison_id) || '|' || part(d.criterion) || '|' || part(d.completion_id)) AS unpaired_id,
  d.comparison_id, c.prompt, w.content AS completion, d.label, w.model, t.share AS score, o.n::INTEGER AS n_raters,
  d.criterion, c.language, c.source, c.tags, c.split
FROM called d
JOIN consensus o ON o.comparison_id = d.comparison_id AND o.criterion = d.criterion
JOIN standing t ON t.comparison_id = d.comparison_id AND t.criterion = d.criterion AND t.completion_id = d.completion_id
JOIN placed c ON c.comparison_id = d.comparison_id
JOIN completion w ON w.comparison_id = d.comparison_id AND w.completion_id = d.completion_id
WHERE d.unfit IS NULL;
