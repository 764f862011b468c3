-- name: save_draft
-- What a rater has typed for an assignment, in place of what they had typed before.
INSERT INTO draft (assignment_id, rater_key, draft, saved_at)
VALUES ($assignment_id, $rater_key, $draft, $now)
ON CONFLICT (assignment_id) DO UPDATE SET draft = excluded.draft, saved_at = excluded.saved_at;

-- name: remove_draft
-- The draft of an assignment goes once it is judged or skipped.
DELETE FROM draft WHERE assignment_id = $assignment_id;

-- name: draft_of_assignment
-- What was typed for an assignment and not sent.
SELECT draft, saved_at FROM draft WHERE assignment_id = $assignment_id;

-- name: drafts_of_rater
-- Everything a rater has typed and not sent, for their export.
SELECT assignment_id, draft, saved_at FROM draft WHERE rater_key = $rater_key ORDER BY saved_at, assignment_id;

-- name: save_display
-- How a rater likes the page, in place of how they liked it before.
INSERT INTO display (rater_key, display, saved_at) VALUES ($rater_key, $display, $now)
ON CONFLICT (rater_key) DO UPDATE SET display = excluded.display, saved_at = excluded.saved_at;

-- name: display_of_rater
-- How a rater likes the page.
SELECT display, saved_at FROM display WHERE rater_key = $rater_key;
