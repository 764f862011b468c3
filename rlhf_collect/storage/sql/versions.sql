-- name: versions_of_project
-- Sealed versions, oldest first.
SELECT version_id, version, manifest_sha256, last_sequence, folder, row_counts, frozen_at, snapshot_at, recipe
FROM version
WHERE project_id = $project_id ORDER BY frozen_at, version_id;

-- name: publications_of_project
-- Where versions were published.
SELECT version, target, revision, manifest_sha256, published_at FROM publication
WHERE project_id = $project_id ORDER BY published_at, publication_id;

-- name: withdrawals_of_versions
-- Versions that were taken back from where they were published, or are just being, in the order in which that began.
SELECT w.version, w.target, w.revision, w.large_files, w.begun_at, e.ended_at
FROM version_withdrawal w
LEFT JOIN version_withdrawal_end e
  ON e.project_id = w.project_id AND e.version = w.version AND e.target = w.target
WHERE w.project_id = $project_id ORDER BY w.begun_at, w.version, w.target;

-- name: withdrawn_versions
-- When each version that was taken back from anywhere was first.
SELECT version, min(begun_at) AS begun_at FROM version_withdrawal
WHERE project_id = $project_id GROUP BY version ORDER BY version;

-- name: version_inputs
-- Fingerprints of what a version was built from.
SELECT input, fingerprint FROM version_input WHERE version_id = $version_id ORDER BY input;

-- name: version_rows
-- The version that first held each published row, for the rows of some versions.
SELECT config, row_id, first_version, split FROM version_row
WHERE project_id = $project_id AND first_version = ANY (CAST($versions AS TEXT[]));

-- name: judgements_since
-- How many judgements of a project came after a sequence number, revisions and decisions too, and how many were taken
-- back; the numbers are those of all projects.
SELECT (SELECT count(*) FROM judgement WHERE project_id = $project_id AND sequence_no > $last_sequence)
         + (SELECT count(*) FROM adjudication WHERE project_id = $project_id AND sequence_no > $last_sequence) AS judgements,
       (SELECT count(*) FROM withdrawal WHERE project_id = $project_id AND sequence_no > $last_sequence) AS withdrawals;

-- name: consents_withdrawn
-- How many raters had agreed at a moment to the publication of what they wrote, and do not agree any more. What they had
-- taken back or changed by then is in no version.
WITH ranked AS (
  SELECT rater_key, granted, recorded_at <= $moment AS then_known,
         row_number() OVER (PARTITION BY rater_key ORDER BY recorded_at DESC, consent_id DESC) AS newest,
         row_number() OVER (PARTITION BY rater_key, recorded_at <= $moment ORDER BY recorded_at DESC, consent_id DESC)
           AS newest_then
  FROM consent WHERE kind = 'publish_rationale'),
gone AS (
  SELECT past.rater_key FROM ranked past JOIN ranked now ON now.rater_key = past.rater_key AND now.newest = 1
  WHERE past.then_known AND past.newest_then = 1 AND past.granted AND NOT now.granted),
given AS (
  SELECT judgement_id, rater_key, rationale, sequence_no,
         row_number() OVER (PARTITION BY judgement_id, criterion ORDER BY revision_no DESC) AS newest
  FROM judgement WHERE project_id = $project_id AND sequence_no <= $last_sequence
    AND rater_key IN (SELECT rater_key FROM gone)),
written AS (
  SELECT judgement_id, content, row_number() OVER (PARTITION BY judgement_id ORDER BY revision_no DESC) AS newest
  FROM edited WHERE project_id = $project_id AND edited_at <= $moment)
SELECT count(DISTINCT g.rater_key) AS raters FROM given g
WHERE g.newest = 1
  AND (g.rationale IS NOT NULL
    OR g.judgement_id IN (SELECT judgement_id FROM written WHERE newest = 1 AND content IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM withdrawal w WHERE w.judgement_id = g.judgement_id
    AND w.sequence_no > g.sequence_no AND w.sequence_no <= $last_sequence);

-- name: most_judged
-- The most judgements that one comparison has on one criterion, of those that pairs are decided by.
SELECT coalesce(max(judgements), 0) AS judgements FROM (
  SELECT count(*) AS judgements FROM current_judgement j JOIN comparison c ON c.comparison_key = j.comparison_key
  WHERE j.project_id = $project_id AND j.repeat_no = 0 AND NOT c.is_gold
  GROUP BY j.comparison_key, j.criterion) counted;

-- name: frozen_judgements
-- Every judgement that stands, whatever was decided about it, practice left out. In no order, like all that is frozen: sorting texts takes more memory
-- than reading them.
SELECT CAST(j.judgement_id AS TEXT) AS judgement_id, j.criterion, c.comparison_id, r.name AS rater_name,
       CAST(r.rater_key AS TEXT) AS rater_key, r.imported, r.name LIKE 'erased:%' AS nameless,
       coalesce(k.granted, FALSE) AS rationale_consent,
       j.choice, j.strength, j.ranking, j.presentation, j.rationale, j.submitted_on, c.is_gold, j.repeat_no,
       j.sequence_no, j.guideline_version, j.interface_version, j.degree, j.points, j.reasons, f.flags, j.order_asked
FROM standing_judgement j
JOIN comparison c ON c.comparison_key = j.comparison_key
JOIN rater r ON r.rater_key = j.rater_key
LEFT JOIN (
  SELECT rater_key, granted FROM (
    SELECT rater_key, granted, row_number() OVER (PARTITION BY rater_key ORDER BY recorded_at DESC, consent_id DESC) AS newest
    FROM consent WHERE kind = 'publish_rationale') ranked
  WHERE newest = 1) k ON k.rater_key = r.rater_key
LEFT JOIN (
  SELECT rater_key, comparison_key, flags FROM (
    SELECT rater_key, comparison_key, flags,
           row_number() OVER (PARTITION BY rater_key, comparison_key ORDER BY revision_no DESC) AS newest
    FROM flag WHERE project_id = $project_id) ranked
  WHERE newest = 1) f ON f.rater_key = j.rater_key AND f.comparison_key = j.comparison_key
WHERE j.project_id = $project_id AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]));

-- name: frozen_exclusions
-- Judgements that stand and that a decision leaves out of everything but the raw rows.
SELECT DISTINCT CAST(x.judgement_id AS TEXT) AS judgement_id FROM excluded_judgement x
JOIN standing_judgement j ON j.judgement_id = x.judgement_id WHERE j.project_id = $project_id;

-- name: frozen_edited
-- Every edited completion that holds. They belong to judgements, which must stand, and say under whose consent they
-- go in.
SELECT CAST(judgement_id AS TEXT) AS judgement_id, completion_id, content FROM (
  SELECT judgement_id, completion_id, content,
         row_number() OVER (PARTITION BY judgement_id ORDER BY revision_no DESC) AS newest
  FROM edited WHERE project_id = $project_id) ranked
WHERE newest = 1 AND content IS NOT NULL AND judgement_id IN (SELECT judgement_id FROM current_judgement);

-- name: frozen_comparisons
-- Every comparison of a project, with the batch it came in by.
SELECT c.comparison_id, c.prompt, c.language, c.tags, c.metadata, c.source, c.is_gold, c.completion_count,
       b.source AS batch_source, b.revision AS batch_revision, b.licence AS batch_licence
FROM comparison c LEFT JOIN import_batch b ON b.batch_id = c.batch_id
WHERE c.project_id = $project_id;

-- name: frozen_completions
-- Every completion of a project, with its model.
SELECT c.comparison_id, p.place, p.completion_id, p.model, p.content
FROM completion p JOIN comparison c ON c.comparison_key = p.comparison_key
WHERE c.project_id = $project_id;

-- name: skip_count
-- How many comparisons were skipped, those that came again left out.
SELECT count(*) AS skips FROM skip s WHERE s.project_id = $project_id AND s.repeat_no = 0
  AND NOT EXISTS (SELECT 1 FROM skip_end e WHERE e.skip_id = s.skip_id);

-- name: withdrawn_count
-- How many judgements their raters took back, practice left out.
SELECT count(*) AS judgements FROM last_revision j JOIN comparison c ON c.comparison_key = j.comparison_key
JOIN (SELECT judgement_id, max(sequence_no) AS sequence_no FROM withdrawal GROUP BY judgement_id) w
  ON w.judgement_id = j.judgement_id
WHERE j.project_id = $project_id AND w.sequence_no > j.sequence_no
  AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]));

-- name: frozen_images
-- Which pictures the comparisons of a project name; the bytes are read one by one.
SELECT c.comparison_id, i.path, i.sha256, p.media_type
FROM comparison_image i
JOIN comparison c ON c.comparison_key = i.comparison_key
JOIN image p ON p.project_id = c.project_id AND p.sha256 = i.sha256
WHERE c.project_id = $project_id ORDER BY c.comparison_id, i.path;

-- name: work_done
-- What raters of this service did in a project after a judgement and a moment, whether or not it is published: who judged,
-- decided, revised, took back or skipped, who of them for the first time, and skips whose comparison the same rater judged
-- all the same. What a second rater decided is a judgement like others.
WITH own AS (
  SELECT judgement_id, rater_key, comparison_key, repeat_no, revision_no, submitted_on, submitted_at,
         sequence_no > $last_sequence AS now
  FROM judgement WHERE project_id = $project_id AND submitted_at IS NOT NULL),
skipped AS (
  SELECT s.rater_key, s.comparison_key, s.repeat_no, s.skipped_at, s.skipped_at > $moment AS now FROM skip s
  WHERE s.project_id = $project_id AND NOT EXISTS (SELECT 1 FROM skip_end e WHERE e.skip_id = s.skip_id)),
settled AS (
  SELECT adjudication_id, rater_key, revision_no, CAST(decided_at AS DATE) AS decided_on, sequence_no > $last_sequence AS now
  FROM adjudication WHERE project_id = $project_id AND role = 'rater'),
active AS (
  SELECT rater_key, now, submitted_on AS worked_on FROM own
  UNION ALL SELECT rater_key, now, decided_on FROM settled
  UNION ALL SELECT rater_key, now, CAST(skipped_at AS DATE) FROM skipped
  UNION ALL SELECT rater_key, sequence_no > $last_sequence, CAST(withdrawn_at AS DATE) FROM withdrawal
  WHERE project_id = $project_id)
SELECT (SELECT count(DISTINCT rater_key) FROM active WHERE now) AS raters,
       (SELECT count(DISTINCT rater_key) FROM active WHERE now
          AND rater_key NOT IN (SELECT rater_key FROM active WHERE NOT now)) AS new_raters,
       (SELECT count(DISTINCT judgement_id) FROM own WHERE now AND revision_no = 0)
         + (SELECT count(*) FROM settled WHERE now AND revision_no = 0) AS judgements,
       (SELECT count(*) FROM skipped WHERE now) AS skips,
       (SELECT count(*) FROM skipped s WHERE s.now AND EXISTS (SELECT 1 FROM own j
          WHERE j.rater_key = s.rater_key AND j.comparison_key = s.comparison_key AND j.repeat_no = s.repeat_no
            AND j.submitted_at > s.skipped_at)) AS skips_overruled,
       (SELECT min(worked_on) FROM active WHERE now) AS first_day,
       (SELECT max(worked_on) FROM active WHERE now) AS last_day;
