-- What raters write to the leads of their project, and what these reply.

-- name: message_by_id
-- A message, whoever asks.
SELECT thread_id, written_by, body FROM message WHERE message_id = $message_id;

-- name: thread_told
-- A thread, whoever asks, with how many messages it has.
SELECT t.thread_id, t.project_id, t.rater_key, e.ended_at,
       (SELECT count(*) FROM message m WHERE m.thread_id = t.thread_id) AS messages
FROM thread t LEFT JOIN thread_end e ON e.thread_id = t.thread_id WHERE t.thread_id = $thread_id;

-- name: threads_waiting
-- How many threads of a rater wait for an answer, and the last reply to any of theirs.
SELECT (SELECT count(*) FROM waiting_thread WHERE rater_key = $rater_key) AS waiting,
       (SELECT arg_max(message_id, (written_at, message_id)) FROM message
        WHERE rater_key = $rater_key AND role <> 'rater') AS last_reply;

-- name: written_since
-- How many messages a rater wrote after a moment.
SELECT count(*) AS messages FROM message WHERE rater_key = $rater_key AND role = 'rater' AND written_at > $moment;

-- name: threads_told
-- Threads of a project, or those of one rater, the one begun last first, with the comparison it is about as it was shown, to
-- be judged or decided.
SELECT t.thread_id, t.rater_key, r.name AS rater, r.imported, t.nameless, t.judgement_id, t.begun_at, e.ended_at,
       c.comparison_key, c.comparison_id, c.prompt, a.presentation
FROM thread t JOIN rater r ON r.rater_key = t.rater_key
LEFT JOIN thread_end e ON e.thread_id = t.thread_id
LEFT JOIN (
  SELECT judgement_id, comparison_key, presentation FROM assignment
  UNION ALL SELECT adjudication_id, comparison_key, presentation FROM deciding) a ON a.judgement_id = t.judgement_id
LEFT JOIN comparison c ON c.comparison_key = a.comparison_key
WHERE t.project_id = $project_id AND (CAST($rater_key AS UUID) IS NULL OR t.rater_key = CAST($rater_key AS UUID))
ORDER BY t.begun_at DESC, t.thread_id DESC;

-- name: messages_told
-- Messages of the threads of a project, or of those of one rater, each thread's in the order they were written.
SELECT m.message_id, m.thread_id, m.role, m.body, m.written_at,
       CASE WHEN w.name NOT LIKE 'erased:%' THEN w.name END AS written_by_name
FROM message m JOIN thread t ON t.thread_id = m.thread_id
LEFT JOIN rater w ON w.rater_key = m.written_by
WHERE t.project_id = $project_id AND (CAST($rater_key AS UUID) IS NULL OR t.rater_key = CAST($rater_key AS UUID))
ORDER BY m.thread_id, m.message_no;

-- name: messages_waiting
-- Since when threads of a project wait for an answer, the longest waiting first. Who wrote is not among it.
SELECT since FROM waiting_thread WHERE project_id = $project_id ORDER BY since;

-- name: messages_written
-- What raters wrote after a moment; how often one of them waited for more than seven days for an answer, counted when
-- these were over; and how soon they were answered first, with how many people stand behind that.
WITH waits AS (
  SELECT m.message_no, m.rater_key, m.written_at, e.ended_at,
         (SELECT min(a.written_at) FROM message a
          WHERE a.thread_id = m.thread_id AND a.role <> 'rater' AND a.message_no > m.message_no) AS replied_at
  FROM message m JOIN thread t ON t.thread_id = m.thread_id
  LEFT JOIN message b ON b.thread_id = m.thread_id AND b.message_no = m.message_no - 1
  LEFT JOIN thread_end e ON e.thread_id = m.thread_id
  WHERE t.project_id = $project_id AND m.role = 'rater' AND coalesce(b.role, '') <> 'rater')
SELECT (SELECT count(*) FROM message m JOIN thread t ON t.thread_id = m.thread_id
        WHERE t.project_id = $project_id AND m.role = 'rater' AND m.written_at > $moment) AS messages,
       (SELECT count(*) FROM waits WHERE written_at + INTERVAL 7 DAY > $moment
          AND written_at + INTERVAL 7 DAY < coalesce(least(replied_at, ended_at), $now)) AS unanswered,
       (SELECT count(DISTINCT rater_key) FROM waits WHERE message_no = 0 AND replied_at > $moment) AS answered,
       (SELECT median(epoch(replied_at - written_at) / 3600) FROM waits
        WHERE message_no = 0 AND replied_at > $moment) AS reply_hours;

-- name: threads_of_rater
-- What a rater asked the leads, for their export.
SELECT thread_id, nameless, judgement_id, begun_at FROM thread WHERE rater_key = $rater_key ORDER BY begun_at, thread_id;

-- name: messages_of_rater
-- The messages of it, for their export.
SELECT m.message_id, m.thread_id, m.role, m.body AS said, m.written_at FROM message m
WHERE m.rater_key = $rater_key ORDER BY m.written_at, m.message_id;

-- name: thread_ends_of_rater
-- Where they needed no answer any more, for their export.
SELECT thread_id, ended_at FROM thread_end WHERE rater_key = $rater_key ORDER BY ended_at, thread_id;

-- name: erase_message
-- What somebody wrote to the leads, and what these replied to it.
DELETE FROM message WHERE rater_key = $rater_key;

-- name: erase_thread_end
-- Where somebody needed no answer any more.
DELETE FROM thread_end WHERE rater_key = $rater_key;

-- name: erase_thread
-- What somebody asked the leads.
DELETE FROM thread WHERE rater_key = $rater_key;
