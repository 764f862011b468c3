-- What raters write to the leads of their project, and what these reply. Nobody else reads it, and no version holds it.
CREATE TABLE thread (                 -- something a rater asks or tells
  thread_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  rater_key UUID NOT NULL,            -- who
  nameless BOOLEAN NOT NULL,          -- leads read it without a pseudonym
  judgement_id UUID,                  -- or adjudication_id: of what it is about, as its rater was shown it; null: of nothing
  begun_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE message (                -- one text of it
  message_id UUID PRIMARY KEY,        -- chosen by who writes: sent twice it is one
  thread_id UUID NOT NULL,
  rater_key UUID NOT NULL,            -- whose thread
  message_no INTEGER NOT NULL,
  written_by UUID NOT NULL,           -- the rater, or who replies
  role TEXT NOT NULL,                 -- what they were then: rater | lead | admin
  body TEXT NOT NULL CHECK (length(trim(body)) > 0),
  written_at TIMESTAMPTZ NOT NULL,
  UNIQUE (thread_id, message_no),
  CHECK ((role = 'rater') = (written_by = rater_key))
);

CREATE TABLE thread_end (             -- its rater needs no answer any more; nothing is written to it afterwards
  thread_id UUID PRIMARY KEY,
  rater_key UUID NOT NULL,
  ended_at TIMESTAMPTZ NOT NULL
);

CREATE VIEW waiting_thread AS         -- threads whose rater wrote last and needs an answer, since the first they wrote after a reply
SELECT t.thread_id, t.project_id, t.rater_key, m.written_at AS since FROM thread t
JOIN (
  SELECT thread_id, coalesce(max(message_no) FILTER (WHERE role <> 'rater'), -1) AS replied_no
  FROM message GROUP BY thread_id) r ON r.thread_id = t.thread_id
JOIN message m ON m.thread_id = t.thread_id AND m.message_no = r.replied_no + 1
LEFT JOIN thread_end e ON e.thread_id = t.thread_id
WHERE e.thread_id IS NULL;
