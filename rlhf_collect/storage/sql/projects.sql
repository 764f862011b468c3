-- name: project_by_name
-- A project and its newest settings.
SELECT p.project_id, p.name, p.seed, s.setting_no, s.settings, s.settings_sha256
FROM project p JOIN project_setting s ON s.project_id = p.project_id
WHERE p.name = $name
ORDER BY s.setting_no DESC LIMIT 1;

-- name: project_by_id
-- The same by id.
SELECT p.project_id, p.name, p.seed, s.setting_no, s.settings, s.settings_sha256
FROM project p JOIN project_setting s ON s.project_id = p.project_id
WHERE p.project_id = $project_id
ORDER BY s.setting_no DESC LIMIT 1;

-- name: project_names
-- Every project by name.
SELECT name FROM project ORDER BY name;

-- name: all_settings
-- Every version of a project's settings, oldest first.
SELECT setting_no, settings, settings_sha256, applied_at FROM project_setting
WHERE project_id = $project_id ORDER BY setting_no;

-- name: import_sources
-- Where the judged comparisons of a snapshot came from, those for practice left out.
SELECT b.source, b.revision, b.licence, count(*) AS comparisons
FROM comparison c JOIN import_batch b ON b.batch_id = c.batch_id
WHERE c.project_id = $project_id AND NOT c.comparison_id = ANY (CAST($practice AS TEXT[]))
  AND EXISTS (SELECT 1 FROM standing_judgement j WHERE j.comparison_key = c.comparison_key)
GROUP BY b.source, b.revision, b.licence ORDER BY b.source, b.revision, b.licence;

-- name: undated_judgements
-- How many judgements were imported without a date, and stand under the day of their import.
SELECT coalesce(sum(CAST(detail ->> '$.undated' AS BIGINT)), 0) AS undated FROM audit
WHERE project_id = $project_id AND deed = 'import';

-- name: schema_number
-- The newest migration applied.
SELECT max(number) AS number FROM schema_migration;
