-- name: releases_of_project
-- What was meant to be released by rule, and what came in the way, oldest first.
SELECT deed, detail, done_at FROM audit
WHERE project_id = $project_id AND deed IN ('release', 'release_failed') ORDER BY done_at, audit_id;
