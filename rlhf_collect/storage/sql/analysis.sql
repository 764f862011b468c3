-- What agreement reports read. DuckDB dialect: analysis always runs in DuckDB, over an Arrow read when the store is
-- PostgreSQL. Every statement takes $project_id and $criterion and nothing else, and (but for the cross-check) gives
-- no nulls. One statement is one piece of work for the engine; what several begin with is a part.

-- part: counted
-- The judgements a report counts: the last revision of the first judgement of each rater on each ordinary comparison,
-- the first k to arrive where the overlap depends on the answers. `category` is one scale for any number of
-- completions: 0 slot 0, 1 tie, 2 to 8 slots 1 to 7, 9 both-bad, so two completions keep 0, 1, 2.
counted AS (
  SELECT j.comparison_key, j.rater_key, j.judgement_id, j.revision_no, j.sequence_no, j.submitted_on,
         j.label, j.signed_strength, j.first_shown_won, j.guideline_version, c.completion_count,
         CASE WHEN c.completion_count = 2 THEN CASE j.label WHEN 3 THEN 9 ELSE j.label END
              WHEN j.label = 0 THEN 0 WHEN j.label < c.completion_count THEN j.label + 1
              WHEN j.label = c.completion_count THEN 1 ELSE 9 END AS category
  FROM current_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
  LEFT JOIN opened o ON o.comparison_key = j.comparison_key
  WHERE j.project_id = $project_id AND j.criterion = $criterion AND j.repeat_no = 0
    AND c.project_id = $project_id AND NOT c.is_gold
    AND (o.first_k IS NULL OR j.arrival_no IS NULL OR j.arrival_no <= o.first_k))

-- part: sides_of_two
-- How many judgements each answer to a comparison of two has.
count(*) FILTER (WHERE label = 0) AS a, count(*) FILTER (WHERE label = 1) AS t,
         count(*) FILTER (WHERE label = 2) AS b, count(*) FILTER (WHERE label = 3) AS x

-- part: places
-- The same on the scale of `category`, for any number of completions.
count(*) FILTER (WHERE category = 0) AS s0, count(*) FILTER (WHERE category = 1) AS t,
         count(*) FILTER (WHERE category = 2) AS s1, count(*) FILTER (WHERE category = 3) AS s2,
         count(*) FILTER (WHERE category = 4) AS s3, count(*) FILTER (WHERE category = 5) AS s4,
         count(*) FILTER (WHERE category = 6) AS s5, count(*) FILTER (WHERE category = 7) AS s6,
         count(*) FILTER (WHERE category = 8) AS s7, count(*) FILTER (WHERE category = 9) AS x

-- part: named
-- Models, numbered by name from 0.
named AS (
  SELECT model, row_number() OVER (ORDER BY model) - 1 AS number
  FROM (SELECT DISTINCT p.model FROM completion p JOIN comparison c ON c.comparison_key = p.comparison_key
        WHERE c.project_id = $project_id AND NOT c.is_gold AND p.model <> ''))

-- part: twin
-- Prompts that several comparisons share, each with the first one's number.
twin AS (
  SELECT hash(prompt) AS prompt_hash, min(import_no) AS cluster FROM comparison
  WHERE project_id = $project_id AND NOT is_gold GROUP BY ALL HAVING count(*) > 1)

-- part: person
-- Raters counted, numbered from 0.
person AS (
  SELECT rater_key, row_number() OVER (ORDER BY rater_key) - 1 AS number
  FROM (SELECT DISTINCT rater_key FROM counted))

-- name: agreement_pattern
-- How many comparisons of two completions received a judgements for slot 0, t ties, b for slot 1 and x both-bad.
-- Comparisons judged once stand in rows of their own (a + t + b + x = 1).
WITH {{counted}},
unit AS (
  SELECT {{sides_of_two}}
  FROM counted WHERE completion_count = 2 GROUP BY comparison_key)
SELECT a, t, b, x, count(*) AS m FROM unit GROUP BY ALL ORDER BY ALL;

-- name: agreement_pattern_many
-- The same for comparisons of three to eight completions: s0 to s7 are the slots, completions says how many there are.
WITH {{counted}},
unit AS (
  SELECT completion_count::BIGINT AS completions, {{places}}
  FROM counted WHERE completion_count > 2 GROUP BY comparison_key, completion_count)
SELECT completions, s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m FROM unit GROUP BY ALL ORDER BY ALL;

-- name: strength_pattern
-- Patterns of the signed strength from -3 (m3, far better: slot 0) to 3 (p3, slot 1), both-bad left out. A comparison
-- counts only when each of its decided judgements and ties has a strength.
WITH {{counted}},
unit AS (
  SELECT count(*) FILTER (WHERE signed_strength = -3) AS m3, count(*) FILTER (WHERE signed_strength = -2) AS m2,
         count(*) FILTER (WHERE signed_strength = -1) AS m1, count(*) FILTER (WHERE signed_strength = 0) AS zero,
         count(*) FILTER (WHERE signed_strength = 1) AS p1, count(*) FILTER (WHERE signed_strength = 2) AS p2,
         count(*) FILTER (WHERE signed_strength = 3) AS p3
  FROM counted WHERE completion_count = 2 AND label <> 3
  GROUP BY comparison_key HAVING count(*) = count(signed_strength))
SELECT m3, m2, m1, zero, p1, p2, p3, count(*) AS m FROM unit GROUP BY ALL ORDER BY ALL;

-- name: rater_pattern
-- For each rater, own label and pattern of the comparison (two completions, judged at least twice): how many such
-- judgements. Peer agreement and agreement without each rater follow from it.
WITH {{counted}},
unit AS (
  SELECT comparison_key, {{sides_of_two}}
  FROM counted WHERE completion_count = 2 GROUP BY comparison_key HAVING count(*) >= 2)
SELECT r.rater_key::VARCHAR AS rater, r.label::BIGINT AS label, u.a, u.t, u.b, u.x, count(*) AS m
FROM counted r JOIN unit u ON u.comparison_key = r.comparison_key GROUP BY ALL ORDER BY ALL;

-- name: rater_pattern_many
-- The same for three to eight completions; category numbers the columns s0 to x from 0.
WITH {{counted}},
unit AS (
  SELECT comparison_key, {{places}}
  FROM counted WHERE completion_count > 2 GROUP BY comparison_key HAVING count(*) >= 2)
SELECT r.rater_key::VARCHAR AS rater, r.category::BIGINT AS category, u.s0, u.t, u.s1, u.s2, u.s3, u.s4, u.s5, u.s6,
       u.s7, u.x, count(*) AS m
FROM counted r JOIN unit u ON u.comparison_key = r.comparison_key GROUP BY ALL ORDER BY ALL;

-- name: sides
-- For each rater: decided judgements of two completions whose order is known, and how many of them went to the one
-- shown first. Of three and more, one half would not be what chance gives.
WITH {{counted}}
SELECT rater_key::VARCHAR AS rater, count(*) AS decided, count(*) FILTER (WHERE first_shown_won) AS first_shown
FROM counted WHERE first_shown_won IS NOT NULL AND completion_count = 2 GROUP BY rater_key ORDER BY rater;

-- name: agreement_pattern_by_model_pair
-- Patterns of two-completion comparisons for each pair of models, whichever stood first; unknown models are left out.
WITH {{counted}},
unit AS (
  SELECT comparison_key, {{places}}
  FROM counted WHERE completion_count = 2 GROUP BY comparison_key)
SELECT least(p.model, q.model) AS model_a, greatest(p.model, q.model) AS model_b,
       s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m
FROM unit u JOIN completion p ON p.comparison_key = u.comparison_key AND p.slot = 0
JOIN completion q ON q.comparison_key = u.comparison_key AND q.slot = 1
WHERE p.model <> '' AND q.model <> '' GROUP BY ALL ORDER BY ALL;

-- name: agreement_pattern_by_tag
-- Patterns for each tag; a comparison belongs to every one of its tags.
WITH {{counted}},
unit AS (
  SELECT comparison_key, {{places}}
  FROM counted GROUP BY comparison_key)
SELECT key, s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m
FROM (SELECT unnest(list_distinct(from_json(c.tags, '["VARCHAR"]'))) AS key, u.*
      FROM unit u JOIN comparison c ON c.comparison_key = u.comparison_key WHERE c.tags <> '[]')
GROUP BY ALL ORDER BY ALL;

-- name: agreement_pattern_by_week
-- Patterns for each week, named by its Monday: of each comparison the judgements of that week and the last one before
-- them, so that every pair there is came about in that week, however long the rounds of a project take. A judgement is of
-- the day it was first given: a later revision does not move it.
WITH {{counted}},
given AS (
  SELECT comparison_key, category, sequence_no AS arrival, submitted_on AS day FROM counted WHERE revision_no = 0
  UNION ALL
  SELECT k.comparison_key, k.category, f.sequence_no, f.submitted_on
  FROM counted k JOIN judgement f
    ON f.judgement_id = k.judgement_id AND f.criterion = $criterion AND f.revision_no = 0
  WHERE k.revision_no > 0),
dated AS (
  SELECT comparison_key, category, date_trunc('week', day) AS week,
         lead(date_trunc('week', day)) OVER (PARTITION BY comparison_key ORDER BY day, arrival) AS next_week
  FROM given),
told AS (
  SELECT comparison_key, category, week FROM dated
  UNION ALL
  SELECT comparison_key, category, next_week FROM dated WHERE next_week > week),
unit AS (
  SELECT week, {{places}}
  FROM told GROUP BY comparison_key, week HAVING count(*) >= 2)
SELECT strftime(week, '%Y-%m-%d') AS key, s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m
FROM unit GROUP BY ALL ORDER BY ALL;

-- name: agreement_pattern_by_language
-- Patterns for each language of the prompt; unknown languages are left out.
WITH {{counted}},
unit AS (
  SELECT comparison_key, {{places}}
  FROM counted GROUP BY comparison_key)
SELECT c.language AS key, s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m
FROM unit u JOIN comparison c ON c.comparison_key = u.comparison_key WHERE c.language <> ''
GROUP BY ALL ORDER BY ALL;

-- name: agreement_pattern_by_guidelines
-- Patterns for each version of the guidelines, where there is more than one, of the judgements given under it: raters who
-- read the same. `since` is the rank on arrival of the first of them in the whole store.
WITH {{counted}},
since AS (
  SELECT guideline_version AS key, min(sequence_no) AS since, count(*) OVER () AS versions
  FROM counted WHERE guideline_version <> '' GROUP BY guideline_version),
unit AS (
  SELECT guideline_version, {{places}}
  FROM counted GROUP BY comparison_key, guideline_version)
SELECT since.since, since.key, s0, t, s1, s2, s3, s4, s5, s6, s7, x, count(*) AS m
FROM unit u JOIN since ON since.key = u.guideline_version WHERE since.versions > 1
GROUP BY ALL ORDER BY ALL;

-- name: agreement_first_k
-- How many judgements of a comparison count at most (0: all), with the number of counted comparisons under each limit.
SELECT coalesce(o.first_k, 0)::BIGINT AS k, count(*) AS comparisons
FROM comparison c LEFT JOIN opened o ON o.comparison_key = c.comparison_key
WHERE c.project_id = $project_id AND NOT c.is_gold AND c.comparison_key IN (
  SELECT j.comparison_key FROM current_judgement j
  WHERE j.project_id = $project_id AND j.criterion = $criterion AND j.repeat_no = 0)
GROUP BY ALL ORDER BY ALL;

-- name: agreement_coverage
-- What was counted and what was left out, and how many counted judgements are on comparisons of three and more, with a
-- tag, in a language, and how many guidelines there were beside one: where there are none, what is told of those need
-- not be asked. Skips are told from 5 raters on; below, they would point at somebody.
WITH judged AS (
  SELECT j.rater_key, j.label, j.signed_strength, j.guideline_version, c.completion_count, c.tags, c.language,
         CASE WHEN c.is_gold THEN 'gold'
              WHEN j.repeat_no > 0 THEN 'repeat'
              WHEN o.first_k IS NOT NULL AND j.arrival_no IS NOT NULL AND j.arrival_no > o.first_k THEN 'beyond'
              ELSE 'counted' END AS part
  FROM current_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
  LEFT JOIN opened o ON o.comparison_key = j.comparison_key
  WHERE j.project_id = $project_id AND j.criterion = $criterion AND c.project_id = $project_id),
ordinary AS (
  SELECT count(*) AS comparisons FROM comparison c WHERE c.project_id = $project_id AND NOT c.is_gold),
skipped AS (
  SELECT count(*) AS skips FROM skip s JOIN comparison c ON c.comparison_key = s.comparison_key
  WHERE s.project_id = $project_id AND NOT c.is_gold AND s.repeat_no = 0
    AND NOT EXISTS (SELECT 1 FROM skip_end e WHERE e.skip_id = s.skip_id)),
total AS (
  SELECT count(*) FILTER (WHERE part = 'counted') AS judgements,
         count(DISTINCT rater_key) FILTER (WHERE part = 'counted') AS raters,
         count(*) FILTER (
           WHERE part = 'counted' AND label = CASE WHEN completion_count = 2 THEN 1 ELSE completion_count END) AS ties,
         count(*) FILTER (
           WHERE part = 'counted' AND label = CASE WHEN completion_count = 2 THEN 3 ELSE completion_count + 1 END) AS both_bad,
         count(*) FILTER (WHERE part = 'counted' AND signed_strength <> 0) AS strengths,
         count(*) FILTER (WHERE part = 'gold') AS gold,
         count(*) FILTER (WHERE part = 'repeat') AS repeats,
         count(*) FILTER (WHERE part = 'beyond') AS beyond_k,
         count(*) FILTER (WHERE part = 'counted' AND completion_count > 2) AS many,
         count(*) FILTER (WHERE part = 'counted' AND tags <> '[]') AS tagged,
         count(*) FILTER (WHERE part = 'counted' AND language <> '') AS in_a_language,
         greatest(0, count(DISTINCT guideline_version) FILTER (WHERE part = 'counted' AND guideline_version <> '') - 1)
           AS more_guidelines
  FROM judged)
SELECT ordinary.comparisons, total.*, CASE WHEN total.raters >= 5 THEN skipped.skips ELSE 0 END AS skips
FROM ordinary, skipped, total;

-- name: gold_counts
-- Judgements on comparisons with a known answer for this criterion, and how many were as expected when they were first
-- given: raters read what was expected afterwards.
SELECT count(*) FILTER (WHERE f.choice = c.gold::JSON ->> '$.choice') AS as_expected, count(*) AS n
FROM current_judgement j JOIN known_answer c ON c.comparison_key = j.comparison_key
JOIN judgement f ON f.judgement_id = j.judgement_id AND f.criterion = j.criterion AND f.revision_no = 0
WHERE j.project_id = $project_id AND j.criterion = $criterion AND j.repeat_no = 0
  AND c.project_id = $project_id AND c.gold::JSON ->> '$.criterion' = $criterion;

-- name: repeat_counts
-- Judgements a rater gave a second time on the same ordinary comparison, and how many were the same choice.
SELECT count(*) FILTER (WHERE again.choice = once.choice) AS same, count(*) AS n
FROM current_judgement again JOIN current_judgement once
  ON once.rater_key = again.rater_key AND once.comparison_key = again.comparison_key AND once.repeat_no = 0
JOIN comparison c ON c.comparison_key = again.comparison_key
WHERE again.project_id = $project_id AND again.criterion = $criterion AND again.repeat_no > 0
  AND once.project_id = $project_id AND once.criterion = $criterion AND NOT c.is_gold;

-- name: rater_known
-- For each rater: counted judgements, ties and both-bad among them, judgements on comparisons with a known answer and
-- those as expected when first given, judgements given a second time and those that were the same.
WITH {{counted}},
part AS (
  SELECT rater_key, count(*) AS judgements, count(*) FILTER (WHERE category IN (1, 9)) AS ties,
         0 AS gold, 0 AS as_expected, 0 AS repeats, 0 AS same
  FROM counted GROUP BY rater_key
  UNION ALL
  SELECT j.rater_key, 0, 0, count(*), count(*) FILTER (WHERE f.choice = c.gold::JSON ->> '$.choice'), 0, 0
  FROM current_judgement j JOIN known_answer c ON c.comparison_key = j.comparison_key
  JOIN judgement f ON f.judgement_id = j.judgement_id AND f.criterion = j.criterion AND f.revision_no = 0
  WHERE j.project_id = $project_id AND j.criterion = $criterion AND j.repeat_no = 0
    AND c.project_id = $project_id AND c.gold::JSON ->> '$.criterion' = $criterion
  GROUP BY j.rater_key
  UNION ALL
  SELECT again.rater_key, 0, 0, 0, 0, count(*), count(*) FILTER (WHERE again.choice = once.choice)
  FROM current_judgement again JOIN current_judgement once
    ON once.rater_key = again.rater_key AND once.comparison_key = again.comparison_key AND once.repeat_no = 0
  JOIN comparison c ON c.comparison_key = again.comparison_key
  WHERE again.project_id = $project_id AND again.criterion = $criterion AND again.repeat_no > 0
    AND once.project_id = $project_id AND once.criterion = $criterion AND NOT c.is_gold
  GROUP BY again.rater_key)
SELECT rater_key::VARCHAR AS rater, sum(judgements)::BIGINT AS judgements, sum(ties)::BIGINT AS ties,
       sum(gold)::BIGINT AS gold, sum(as_expected)::BIGINT AS as_expected, sum(repeats)::BIGINT AS repeats,
       sum(same)::BIGINT AS same
FROM part GROUP BY rater_key ORDER BY rater;

-- name: leaderboard_models
-- Every model whose completions are compared, numbered by name from 0 as in all statements of the leaderboard.
SELECT row_number() OVER (ORDER BY model) - 1 AS number, model
FROM (SELECT DISTINCT p.model FROM completion p JOIN comparison c ON c.comparison_key = p.comparison_key
      WHERE c.project_id = $project_id AND NOT c.is_gold AND p.model <> '')
ORDER BY number;

-- name: leaderboard_pairs
-- Comparisons of two completions of different models: won by the first, tied (both-bad too), lost, and how many look so.
-- cluster is -1 for comparisons that share their prompt with no other one; those that do share one number.
WITH {{counted}},
{{named}},
{{twin}},
unit AS (
  SELECT comparison_key, count(*) FILTER (WHERE label = 0) AS a, count(*) FILTER (WHERE label IN (1, 3)) AS t,
         count(*) FILTER (WHERE label = 2) AS b
  FROM counted WHERE completion_count = 2 GROUP BY comparison_key)
SELECT coalesce(w.cluster, -1)::BIGINT AS cluster,
       least(f.number, s.number) AS first, greatest(f.number, s.number) AS second,
       CASE WHEN f.number < s.number THEN a ELSE b END AS won, t AS tied,
       CASE WHEN f.number < s.number THEN b ELSE a END AS lost, count(*) AS times
FROM unit u JOIN comparison c ON c.comparison_key = u.comparison_key
LEFT JOIN twin w ON w.prompt_hash = hash(c.prompt)
JOIN completion p ON p.comparison_key = u.comparison_key AND p.slot = 0
JOIN completion q ON q.comparison_key = u.comparison_key AND q.slot = 1
JOIN named f ON f.model = p.model JOIN named s ON s.model = q.model
WHERE f.number <> s.number GROUP BY ALL ORDER BY ALL;

-- name: leaderboard_raters
-- The same outcomes added up by rater, numbered from 0 as in orders: for errors that hold for other raters.
WITH {{counted}},
{{named}},
{{person}}
SELECT n.number AS rater, least(f.number, s.number) AS first, greatest(f.number, s.number) AS second,
       count(*) FILTER (WHERE label = CASE WHEN f.number < s.number THEN 0 ELSE 2 END) AS won,
       count(*) FILTER (WHERE label IN (1, 3)) AS tied,
       count(*) FILTER (WHERE label = CASE WHEN f.number < s.number THEN 2 ELSE 0 END) AS lost
FROM counted k JOIN person n ON n.rater_key = k.rater_key
JOIN completion p ON p.comparison_key = k.comparison_key AND p.slot = 0
JOIN completion q ON q.comparison_key = k.comparison_key AND q.slot = 1
JOIN named f ON f.model = p.model JOIN named s ON s.model = q.model
WHERE k.completion_count = 2 AND f.number <> s.number GROUP BY ALL ORDER BY ALL;

-- name: leaderboard_rows
-- Outcomes of each comparison of two completions, apart by which model was shown first (1 the first, -1 the second,
-- 0 not known), with the characters of both: for strengths at equal place and length.
WITH {{counted}},
{{named}},
{{twin}}
SELECT c.import_no AS comparison, coalesce(w.cluster, c.import_no)::BIGINT AS cluster,
       least(f.number, s.number) AS first, greatest(f.number, s.number) AS second,
       CASE WHEN j.presentation IS NULL THEN 0
            WHEN j.presentation ->> '$[0]' = CASE WHEN f.number < s.number THEN p.completion_id ELSE q.completion_id END
            THEN 1 ELSE -1 END::BIGINT AS shown,
       CASE WHEN f.number < s.number THEN p.characters ELSE q.characters END::BIGINT AS first_characters,
       CASE WHEN f.number < s.number THEN q.characters ELSE p.characters END::BIGINT AS second_characters,
       count(*) FILTER (WHERE k.label = CASE WHEN f.number < s.number THEN 0 ELSE 2 END) AS won,
       count(*) FILTER (WHERE k.label IN (1, 3)) AS tied,
       count(*) FILTER (WHERE k.label = CASE WHEN f.number < s.number THEN 2 ELSE 0 END) AS lost
FROM counted k JOIN judgement j
  ON j.judgement_id = k.judgement_id AND j.criterion = $criterion AND j.revision_no = k.revision_no
JOIN comparison c ON c.comparison_key = k.comparison_key
LEFT JOIN twin w ON w.prompt_hash = hash(c.prompt)
JOIN completion p ON p.comparison_key = k.comparison_key AND p.slot = 0
JOIN completion q ON q.comparison_key = k.comparison_key AND q.slot = 1
JOIN named f ON f.model = p.model JOIN named s ON s.model = q.model
WHERE k.completion_count = 2 AND f.number <> s.number
GROUP BY ALL ORDER BY ALL;

-- name: orders
-- Judgements of three to eight completions: the place of each slot (0 best, -1 no such slot) and its model (-1 unknown).
-- Without a ranking the chosen one stands before all others, among which nothing is said (partial).
WITH {{counted}},
{{named}},
{{twin}},
{{person}},
told AS (
  SELECT k.comparison_key, k.rater_key, k.sequence_no, j.choice,
         CASE WHEN j.choice <> 'both_bad' THEN from_json(j.ranking, '[["VARCHAR"]]') END AS groups
  FROM counted k JOIN judgement j
    ON j.judgement_id = k.judgement_id AND j.criterion = $criterion AND j.revision_no = k.revision_no
  WHERE k.completion_count > 2),
placed AS (
  SELECT o.*, p.slot, coalesce(m.number, -1) AS model,
         CASE WHEN o.groups IS NOT NULL
              THEN list_position(list_transform(o.groups, lambda x: list_contains(x, p.completion_id)), true) - 1
              WHEN o.choice IN ('both_bad', 'tie', p.completion_id) THEN 0 ELSE 1 END AS place
  FROM told o JOIN completion p ON p.comparison_key = o.comparison_key LEFT JOIN named m ON m.model = p.model)
SELECT c.import_no AS comparison, coalesce(any_value(w.cluster), c.import_no)::BIGINT AS cluster,
       any_value(n.number) AS rater,
       max(CASE WHEN o.groups IS NULL AND o.choice NOT IN ('both_bad', 'tie') THEN 1 ELSE 0 END)::BIGINT AS partial,
       max(CASE WHEN o.choice = 'both_bad' THEN 1 ELSE 0 END)::BIGINT AS both_bad,
       coalesce(max(o.place) FILTER (WHERE o.slot = 0), -1)::BIGINT AS r0,
       coalesce(max(o.place) FILTER (WHERE o.slot = 1), -1)::BIGINT AS r1,
       coalesce(max(o.place) FILTER (WHERE o.slot = 2), -1)::BIGINT AS r2,
       coalesce(max(o.place) FILTER (WHERE o.slot = 3), -1)::BIGINT AS r3,
       coalesce(max(o.place) FILTER (WHERE o.slot = 4), -1)::BIGINT AS r4,
       coalesce(max(o.place) FILTER (WHERE o.slot = 5), -1)::BIGINT AS r5,
       coalesce(max(o.place) FILTER (WHERE o.slot = 6), -1)::BIGINT AS r6,
       coalesce(max(o.place) FILTER (WHERE o.slot = 7), -1)::BIGINT AS r7,
       coalesce(max(o.model) FILTER (WHERE o.slot = 0), -1)::BIGINT AS m0,
       coalesce(max(o.model) FILTER (WHERE o.slot = 1), -1)::BIGINT AS m1,
       coalesce(max(o.model) FILTER (WHERE o.slot = 2), -1)::BIGINT AS m2,
       coalesce(max(o.model) FILTER (WHERE o.slot = 3), -1)::BIGINT AS m3,
       coalesce(max(o.model) FILTER (WHERE o.slot = 4), -1)::BIGINT AS m4,
       coalesce(max(o.model) FILTER (WHERE o.slot = 5), -1)::BIGINT AS m5,
       coalesce(max(o.model) FILTER (WHERE o.slot = 6), -1)::BIGINT AS m6,
       coalesce(max(o.model) FILTER (WHERE o.slot = 7), -1)::BIGINT AS m7
FROM placed o JOIN comparison c ON c.comparison_key = o.comparison_key JOIN person n ON n.rater_key = o.rater_key
LEFT JOIN twin w ON w.prompt_hash = hash(c.prompt)
GROUP BY c.import_no, o.sequence_no ORDER BY c.import_no, o.sequence_no;

-- name: alpha_in_sql
-- The cross-check: Krippendorff's alpha (nominal) and pooled pairwise agreement straight from the rows.
-- Equal to what NumPy makes of the patterns, to 1e-12; null when undefined.
WITH {{counted}},
c AS (SELECT comparison_key, category, count(*) AS n FROM counted GROUP BY ALL),
u AS (SELECT comparison_key, sum(n) AS total FROM c GROUP BY comparison_key HAVING sum(n) >= 2),
p AS (SELECT c.category, c.n, u.total FROM c JOIN u ON u.comparison_key = c.comparison_key),
q AS (SELECT category, sum(n)::DOUBLE AS nc, sum(n * (n - 1) / (total - 1)::DOUBLE) AS occ FROM p GROUP BY category)
SELECT 1 - (1 - sum(occ) / sum(nc)) / nullif(1 - sum(nc * (nc - 1)) / (sum(nc) * (sum(nc) - 1)), 0) AS alpha,
       (SELECT sum(n * (n - 1)) FROM p)::DOUBLE / (SELECT sum(total * (total - 1)) FROM u) AS pairwise FROM q;

-- name: rater_course
-- Counted judgements on comparisons judged at least twice, those of one rater in the order they came: how many others
-- there gave the same answer, and how many others there were. Whether agreement fell in the course of a project.
WITH {{counted}},
said AS (SELECT comparison_key, category, count(*) AS n FROM counted GROUP BY ALL),
unit AS (SELECT comparison_key, sum(n)::BIGINT AS total FROM said GROUP BY comparison_key HAVING sum(n) >= 2)
SELECT k.rater_key::VARCHAR AS rater, said.n - 1 AS agreeing, unit.total - 1 AS others
FROM counted k JOIN unit ON unit.comparison_key = k.comparison_key
JOIN said ON said.comparison_key = k.comparison_key AND said.category = k.category
ORDER BY rater, k.sequence_no;

-- name: rater_pairs
-- Raters who judged the same comparisons, each two once: on how many, on how many they gave the same answer, which of
-- three and more completions is the same first place, and how many had two completions.
WITH {{counted}}
SELECT p.rater_key::VARCHAR AS rater, q.rater_key::VARCHAR AS other, count(*) AS n,
       count(*) FILTER (WHERE p.category = q.category) AS agreeing,
       count(*) FILTER (WHERE p.completion_count = 2) AS of_two
FROM counted p JOIN counted q ON q.comparison_key = p.comparison_key AND q.rater_key > p.rater_key
GROUP BY ALL ORDER BY ALL;
