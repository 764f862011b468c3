-- name: known_comparisons
-- Public ids and content hashes of a project's comparisons.
SELECT comparison_id, content_sha256 FROM comparison WHERE project_id = $project_id;

-- name: last_import_no
-- The newest comparison's place in the import order of its project.
SELECT coalesce(max(import_no), -1) AS import_no FROM comparison WHERE project_id = $project_id;

-- name: comparison_index
-- Public and inner ids of a project with the completion ids in import order.
SELECT c.comparison_id, c.comparison_key, p.completion_id
FROM comparison c JOIN completion p ON p.comparison_key = c.comparison_key
WHERE c.project_id = $project_id ORDER BY c.import_no, p.place;

-- name: known_judgements
-- What imported raters have said in a project, to import the same file twice without adding anything.
SELECT r.name AS rater, c.comparison_id, j.criterion, j.answers_sha256, j.presentation, j.submitted_on
FROM judgement j JOIN rater r ON r.rater_key = j.rater_key
JOIN comparison c ON c.comparison_key = j.comparison_key
WHERE j.project_id = $project_id AND j.revision_no = 0
ORDER BY j.sequence_no;

-- name: known_skips
-- Which comparisons raters of a project have skipped.
SELECT r.name AS rater, c.comparison_id
FROM skip s JOIN rater r ON r.rater_key = s.rater_key
JOIN comparison c ON c.comparison_key = s.comparison_key
WHERE s.project_id = $project_id
  AND NOT EXISTS (SELECT 1 FROM skip_end e WHERE e.skip_id = s.skip_id);

-- name: known_images
-- The pictures a project holds already.
SELECT sha256 FROM image WHERE project_id = $project_id;
