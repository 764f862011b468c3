-- From judgements to decided pairs: votes, tallies, the winner under each rule, the published rows.
-- Expects the variables decision, min_raters and criteria (a list, or null for all).

CREATE TABLE counted AS  -- first judgements of ordinary comparisons as a whole; one turn (criterion@2) is no whole
SELECT row_number() OVER (ORDER BY judgement_id) AS judgement_no,
  comparison_id, criterion, choice, strength, ranking, completion_count
FROM judgement
WHERE NOT is_gold AND repeat_no = 0 AND NOT contains(criterion, '@')
  AND (getvariable('criteria') IS NULL OR list_contains(getvariable('criteria'), criterion));

CREATE TABLE pair AS     -- completions of a comparison two by two, in import order
SELECT a.comparison_id, a.completion_id AS first_id, b.completion_id AS second_id,
  a.place AS first_place, b.place AS second_place
FROM completion a JOIN completion b ON b.comparison_id = a.comparison_id AND b.place > a.place
WHERE a.comparison_id IN (SELECT comparison_id FROM counted);

-- Where each completion stands in a judgement of more than two: its group in the ranking; without
-- a ranking the chosen one before all others, among which nothing was said; in a tie all equal.
CREATE TABLE stand AS
WITH ranked AS (
  SELECT judgement_no, unnest(range(1, len(groups) + 1)) AS rank_no, unnest(groups) AS members
  FROM (
    SELECT judgement_no, from_json(ranking, '[["VARCHAR"]]') AS groups FROM counted
    WHERE completion_count > 2 AND ranking IS NOT NULL AND choice <> 'both_bad'
  )
)
SELECT judgement_no, unnest(members) AS completion_id, rank_no, true AS told FROM ranked
UNION ALL
SELECT j.judgement_no, c.completion_id,
  CASE WHEN j.choice = 'tie' OR c.completion_id = j.choice THEN 1 ELSE 2 END,
  j.choice = 'tie' OR c.completion_id = j.choice
FROM counted j JOIN completion c ON c.comparison_id = j.comparison_id
WHERE j.completion_count > 2 AND j.ranking IS NULL AND j.choice <> 'both_bad';

CREATE TABLE vote AS     -- one rater's vote on one pair
SELECT j.comparison_id, j.criterion, p.first_id, p.second_id,
  CASE j.choice WHEN p.first_id THEN 'first' WHEN p.second_id THEN 'second' ELSE j.choice END AS side,
  CASE j.choice WHEN p.first_id THEN -j.strength WHEN p.second_id THEN j.strength END AS toward_second
FROM counted j JOIN pair p ON p.comparison_id = j.comparison_id
WHERE j.completion_count = 2
UNION ALL
SELECT j.comparison_id, j.criterion, p.first_id, p.second_id, 'both_bad', NULL
FROM counted j JOIN pair p ON p.comparison_id = j.comparison_id
WHERE j.completion_count > 2 AND j.choice = 'both_bad'
UNION ALL
SELECT j.comparison_id, j.criterion, p.first_id, p.second_id,
  CASE WHEN a.rank_no < b.rank_no THEN 'first' WHEN a.rank_no > b.rank_no THEN 'second' ELSE 'tie' END, NULL
FROM counted j
JOIN pair p ON p.comparison_id = j.comparison_id
JOIN stand a ON a.judgement_no = j.judgement_no AND a.completion_id = p.first_id
JOIN stand b ON b.judgement_no = j.judgement_no AND b.completion_id = p.second_id
WHERE a.told OR b.told;

CREATE TABLE tally AS
SELECT comparison_id, criterion, first_id, second_id, count(*) AS n,
  count(*) FILTER (side = 'first') AS n_first, count(*) FILTER (side = 'second') AS n_second,
  count(*) FILTER (side = 'tie') AS n_ties, count(*) FILTER (side = 'both_bad') AS n_both_bad,
  count(toward_second) AS n_strength, coalesce(sum(toward_second), 0)::BIGINT AS toward_second
FROM vote GROUP BY ALL;

CREATE TABLE decided AS  -- the winner under each rule: 1 first, 2 second, 0 nobody
WITH winners AS (
  SELECT *,
    CASE WHEN n < getvariable('min_raters') THEN 0
         WHEN n_first > greatest(n_second, n_ties, n_both_bad) THEN 1
         WHEN n_second > greatest(n_first, n_ties, n_both_bad) THEN 2 ELSE 0 END AS plurality,
    CASE WHEN n < getvariable('min_raters') THEN 0
         WHEN 2 * n_first > n THEN 1 WHEN 2 * n_second > n THEN 2 ELSE 0 END AS majority,
    CASE WHEN n < getvariable('min_raters') THEN 0
         WHEN n_first = n THEN 1 WHEN n_second = n THEN 2 ELSE 0 END AS unanimous
  FROM tally
)
SELECT *,
  CASE getvariable('decision') WHEN 'majority' THEN majority WHEN 'unanimous' THEN unanimous
    ELSE plurality END AS winner
FROM winners;

CREATE MACRO bare(turns) AS  -- a reply without the white space around its turns
  list_transform(turns, lambda turn: turn.role || ':' || regexp_replace(turn.content, '^\s+|\s+$', '', 'g'));
CREATE MACRO is_reply(turns) AS
  len(turns) > 0 AND turns[1].role = 'assistant'
  AND len(list_filter(turns, lambda turn: turn.role IS NULL OR turn.content IS NULL)) = 0;

-- Why a decided pair cannot be a row, null if it can: trainers fail, or worse, learn nonsense from these.
CREATE TABLE settled AS
SELECT d.*, p.first_place, p.second_place, w.completion_id AS chosen_id, l.completion_id AS rejected_id,
  CASE
    WHEN NOT coalesce(len(c.prompt) > 0 AND c.prompt[-1].role IN ('user', 'tool')
      AND len(list_filter(c.prompt, lambda turn: turn.role IS NULL OR turn.content IS NULL)) = 0, false)
      THEN 'unfit_prompt'
    WHEN NOT coalesce(is_reply(w.content) AND is_reply(l.content), false) THEN 'unfit_reply'
    WHEN bare(w.content) = bare(l.content) THEN 'same_reply'
  END AS unfit
FROM decided d
JOIN pair p ON p.comparison_id = d.comparison_id AND p.first_id = d.first_id AND p.second_id = d.second_id
JOIN comparison c ON c.comparison_id = d.comparison_id
JOIN completion w ON w.comparison_id = d.comparison_id
  AND w.completion_id = CASE d.winner WHEN 1 THEN d.first_id ELSE d.second_id END
JOIN completion l ON l.comparison_id = d.comparison_id
  AND l.completion_id = CASE d.winner WHEN 1 THEN d.second_id ELSE d.first_id END
WHERE d.winner <> 0;

-- A name between bars: with its own bars marked, so that no two pairs are written alike.
CREATE MACRO part(name) AS replace(replace(name, '\', '\\'), '|', '\|');

CREATE VIEW row_preference AS
SELECT substr(sha256(part(s.comparison_id) || '|' || part(s.criterion) || '|' || part(least(s.first_id, s.second_id))
    || '|' || part(greatest(s.first_id, s.second_id))), 1, 20) AS pair_id,
  s.comparison_id, c.prompt, w.content AS chosen, l.content AS rejected,
  w.model AS chosen_model, l.model AS rejected_model,
  CASE s.winner WHEN 1 THEN s.n_first ELSE s.n_second END::DOUBLE / s.n AS score_chosen,
  CASE s.winner WHEN 1 THEN s.n_second ELSE s.n_first END::DOUBLE / s.n AS score_rejected,
  CASE WHEN s.n_strength > 0
    THEN (CASE s.winner WHEN 1 THEN -s.toward_second ELSE s.toward_second END::DOUBLE
      / (s.n_strength + s.n_ties))::FLOAT END AS strength,
  s.n::INTEGER AS n_raters, s.n_ties::INTEGER AS n_ties, s.n_both_bad::INTEGER AS n_both_bad,
  CASE WHEN s.n > 1 THEN ((s.n_first * (s.n_first - 1) + s.n_second * (s.n_second - 1)
      + s.n_ties * (s.n_ties - 1) + s.n_both_bad * (s.n_both_bad - 1))::DOUBLE
    / (s.n * (s.n - 1)))::FLOAT END AS agreement,
  s.criterion, c.language, c.source, c.tags, c.split
FROM settled s
JOIN comparison c ON c.comparison_id = s.comparison_id
JOIN completion w ON w.comparison_id = s.comparison_id AND w.completion_id = s.chosen_id
JOIN completion l ON l.comparison_id = s.comparison_id AND l.completion_id = s.rejected_id
WHERE s.unfit IS NULL;
