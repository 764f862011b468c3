-- From judgements to decided pairs: votes, tallies, the winner under each rule, and how completions stand together.
-- Expects the variables decision, ties, min_raters, min_agreement, pairs and criteria (a list, or null for all).

CREATE TABLE counted AS  -- first judgements of ordinary comparisons as a whole that no decision leaves out; one turn (criterion@2) is no whole
SELECT row_number() OVER (ORDER BY judgement_id) AS judgement_no,
  comparison_id, criterion, choice, strength, ranking, completion_count, rater_key, imported
FROM judgement
WHERE NOT is_gold AND repeat_no = 0 AND NOT excluded AND NOT contains(criterion, '@')
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
SELECT j.judgement_no, j.comparison_id, j.criterion, p.first_id, p.second_id,
  CASE j.choice WHEN p.first_id THEN 'first' WHEN p.second_id THEN 'second' ELSE j.choice END AS side,
  CASE j.choice WHEN p.first_id THEN -j.strength WHEN p.second_id THEN j.strength END AS toward_second
FROM counted j JOIN pair p ON p.comparison_id = j.comparison_id
WHERE j.completion_count = 2
UNION ALL
SELECT j.judgement_no, j.comparison_id, j.criterion, p.first_id, p.second_id, 'both_bad', NULL
FROM counted j JOIN pair p ON p.comparison_id = j.comparison_id
WHERE j.completion_count > 2 AND j.choice = 'both_bad'
UNION ALL
SELECT j.judgement_no, j.comparison_id, j.criterion, p.first_id, p.second_id,
  CASE WHEN a.rank_no < b.rank_no THEN 'first' WHEN a.rank_no > b.rank_no THEN 'second' ELSE 'tie' END, NULL
FROM counted j
JOIN pair p ON p.comparison_id = j.comparison_id
JOIN stand a ON a.judgement_no = j.judgement_no AND a.completion_id = p.first_id
JOIN stand b ON b.judgement_no = j.judgement_no AND b.completion_id = p.second_id
WHERE a.told OR b.told;

-- Whether an answer given "own" times of "n" decides: "most" is how often the most frequent other one was given.
-- A tie that has no say is neither a rival nor one of those whose majority is asked for.
CREATE MACRO speaking(n, n_ties) AS n - CASE getvariable('ties') WHEN 'ignore' THEN n_ties ELSE 0 END;
CREATE MACRO rivals(n_ties, others) AS
  CASE getvariable('ties') WHEN 'ignore' THEN others ELSE greatest(n_ties, others) END;
CREATE MACRO decides(rule, own, most, n) AS
  own > 0 AND CASE rule WHEN 'majority' THEN 2 * own > n WHEN 'unanimous' THEN own = n ELSE own > most END;
CREATE MACRO side_of(rule, n_first, n_second, others, n) AS
  CASE WHEN decides(rule, n_first, greatest(n_second, others), n) THEN 1
    WHEN decides(rule, n_second, greatest(n_first, others), n) THEN 2 ELSE 0 END;

-- Chance that two raters gave the same answer, null for one rater; and what it holds back.
CREATE MACRO agreement_of(agreeing, couples) AS CASE WHEN couples > 0 THEN agreeing::DOUBLE / couples END;
CREATE MACRO held_back(n, agreement) AS
  CASE WHEN n < getvariable('min_raters') THEN 'min_raters'
    WHEN getvariable('min_agreement') > 0 AND coalesce(agreement, 0) < getvariable('min_agreement') THEN 'min_agreement'
  END;

CREATE TABLE tally AS
SELECT comparison_id, criterion, first_id, second_id, count(*) AS n,
  count(*) FILTER (side = 'first') AS n_first, count(*) FILTER (side = 'second') AS n_second,
  count(*) FILTER (side = 'tie') AS n_ties, count(*) FILTER (side = 'both_bad') AS n_both_bad,
  count(toward_second) AS n_strength, coalesce(sum(toward_second), 0)::BIGINT AS toward_second
FROM vote GROUP BY ALL;

CREATE VIEW verdict AS   -- the decision that holds, where the recipe goes by decisions
SELECT comparison_id, criterion, choice FROM decision WHERE holds AND getvariable('adjudication') = 'decides';

-- The winner under each rule: 1 first, 2 second, 0 nobody; and what holds it back. A verdict on a pair is the winner,
-- whatever the votes; the winners under the rules are the votes' all the same.
CREATE TABLE decided AS
WITH measured AS (
  SELECT t.*, n * (n - 1) AS couples,
    n_first * (n_first - 1) + n_second * (n_second - 1) + n_ties * (n_ties - 1) + n_both_bad * (n_both_bad - 1)
      AS agreeing,
    CASE v.choice WHEN t.first_id THEN 1 WHEN t.second_id THEN 2 WHEN 'tie' THEN 0 WHEN 'both_bad' THEN 0 END AS verdict
  FROM tally t LEFT JOIN verdict v ON v.comparison_id = t.comparison_id AND v.criterion = t.criterion
), winners AS (
  SELECT *, rivals(n_ties, n_both_bad) AS others, speaking(n, n_ties) AS speakers,
    held_back(n, agreement_of(agreeing, couples)) AS votes_held, CASE WHEN verdict IS NULL THEN votes_held END AS held
  FROM measured
)
SELECT * EXCLUDE (others, speakers, votes_held),
  CASE WHEN votes_held IS NULL THEN side_of('plurality', n_first, n_second, others, speakers) ELSE 0 END AS plurality,
  CASE WHEN votes_held IS NULL THEN side_of('majority', n_first, n_second, others, speakers) ELSE 0 END AS majority,
  CASE WHEN votes_held IS NULL THEN side_of('unanimous', n_first, n_second, others, speakers) ELSE 0 END AS unanimous,
  coalesce(verdict, side_of(getvariable('decision'), n_first, n_second, others, speakers)) AS winner
FROM winners;

-- How each completion stands among the others of its comparison: the share of its pairs it won over all raters, a tie
-- and a both-bad counting half, and its place by that share. One whole division: the same share whoever computes it.
CREATE TABLE standing AS
WITH sides AS (
  SELECT comparison_id, criterion, first_id AS completion_id, 2 * n_first + n_ties + n_both_bad AS halves, n,
    agreeing, couples FROM decided
  UNION ALL
  SELECT comparison_id, criterion, second_id, 2 * n_second + n_ties + n_both_bad, n, agreeing, couples FROM decided
), shares AS (
  SELECT comparison_id, criterion, completion_id, sum(halves)::DOUBLE / (2 * sum(n)) AS share,
    agreement_of(sum(agreeing), sum(couples)) AS agreement
  FROM sides GROUP BY comparison_id, criterion, completion_id
)
SELECT *, dense_rank() OVER (PARTITION BY comparison_id, criterion ORDER BY share DESC) AS rank_no
FROM shares;

-- Why a decided pair is no row, null if it is one: too few raters or too little agreement, a text that makes trainers
-- fail or, worse, learn nonsense, or the wish for fewer pairs of each ranking.
CREATE TABLE settled AS
WITH last AS (SELECT comparison_id, criterion, max(rank_no) AS last_no FROM standing GROUP BY ALL)
SELECT d.*, p.first_place, p.second_place, w.completion_id AS chosen_id, l.completion_id AS rejected_id,
  CASE
    WHEN d.held IS NOT NULL THEN d.held
    WHEN NOT c.prompt_fits THEN 'unfit_prompt'
    WHEN NOT (w.fits AND l.fits) THEN 'unfit_reply'
    WHEN w.bare = l.bare THEN 'same_reply'
    WHEN getvariable('pairs') = 'adjacent' AND abs(a.rank_no - b.rank_no) <> 1 THEN 'other_pairs'
    WHEN getvariable('pairs') = 'best_worst'
      AND (a.rank_no = b.rank_no OR least(a.rank_no, b.rank_no) > 1 OR greatest(a.rank_no, b.rank_no) < e.last_no)
      THEN 'other_pairs'
  END AS unfit
FROM decided d
JOIN pair p ON p.comparison_id = d.comparison_id AND p.first_id = d.first_id AND p.second_id = d.second_id
JOIN comparison c ON c.comparison_id = d.comparison_id
JOIN completion w ON w.comparison_id = d.comparison_id
  AND w.completion_id = CASE d.winner WHEN 1 THEN d.first_id ELSE d.second_id END
JOIN completion l ON l.comparison_id = d.comparison_id
  AND l.completion_id = CASE d.winner WHEN 1 THEN d.second_id ELSE d.first_id END
JOIN standing a ON a.comparison_id = d.comparison_id AND a.criterion = d.criterion
  AND a.completion_id = w.completion_id
JOIN standing b ON b.comparison_id = d.comparison_id AND b.criterion = d.criterion
  AND b.completion_id = l.completion_id
JOIN last e ON e.comparison_id = d.comparison_id AND e.criterion = d.criterion
WHERE d.winner <> 0;

-- A name between bars: with its own bars marked, so that no two pairs are written alike.
CREATE MACRO part(name) AS replace(replace(name, '\', '\\'), '|', '\|');
CREATE MACRO id_20(text) AS substr(sha256(text), 1, 20);
CREATE MACRO pair_id_of(comparison_id, criterion, one_id, other_id) AS
  id_20(part(comparison_id) || '|' || part(criterion) || '|' || part(least(one_id, other_id)) || '|'
    || part(greatest(one_id, other_id)));
