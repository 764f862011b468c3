-- Every comparison with a published judgement, its completions in import order.
CREATE TABLE listed AS
SELECT comparison_id, list({'id': completion_id, 'model': model, 'content': content} ORDER BY place) AS completions
FROM completion
WHERE comparison_id IN (SELECT comparison_id FROM judgement)
GROUP BY comparison_id;

CREATE TABLE row_comparisons AS
SELECT c.comparison_id, c.prompt, l.completions, c.language, c.tags, c.metadata, c.split
FROM placed c JOIN listed l ON l.comparison_id = c.comparison_id;
