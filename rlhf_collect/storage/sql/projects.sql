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
SELECT setting_no, settings, settings_sha256 FROM project_setting
WHERE project_id = $project_id ORDER BY setting_no;

-- name: import_sources
-- Where a project's comparisons came from.
SELECT source, revision, licence, sum(comparisons) AS comparisons FROM import_batch
WHERE project_id = $project_id AND comparisons > 0
GROUP BY source, revision, licence ORDER BY source, revision, licence;

-- name: schema_number
-- The newest migration applied.
SELECT max(number) AS number FROM schema_migration;
