-- The rows of preference with a margin. A null would break the batch of a trainer: a pair without one has no row.
-- Expects the variables margin_from and margin_scale.
CREATE TABLE row_reward AS
SELECT * FROM (
  SELECT *, (getvariable('margin_scale') * CASE getvariable('margin_from')
      WHEN 'share' THEN greatest(score_chosen - score_rejected, 0)
      ELSE CASE WHEN strength > 0 THEN strength WHEN strength IS NOT NULL THEN 0 END END)::FLOAT AS margin
  FROM row_preference) measured
WHERE margin IS NOT NULL;
