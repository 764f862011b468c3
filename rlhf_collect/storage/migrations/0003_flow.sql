-- What raters do around a judgement: skips that can be taken back, drafts, display, guidelines read, practice.

-- A skip may be taken back and given again, so one rater and comparison may have several, in a row.
ALTER TABLE skip RENAME TO skip_before;

CREATE TABLE skip (                   -- private to the rater
  skip_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  reason TEXT NOT NULL,
  skipped_at TIMESTAMPTZ NOT NULL,
  skip_no SMALLINT NOT NULL DEFAULT 0,  -- how many skips of theirs went before
  UNIQUE (rater_key, comparison_key, skip_no)
);

INSERT INTO skip (skip_id, project_id, comparison_key, rater_key, reason, skipped_at)
SELECT skip_id, project_id, comparison_key, rater_key, reason, skipped_at FROM skip_before;

DROP TABLE skip_before;

CREATE TABLE skip_end (               -- a skip that was taken back
  skip_id UUID PRIMARY KEY,
  ended_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE draft (                  -- what somebody has typed and not sent: replaced in place, gone once sent
  assignment_id UUID PRIMARY KEY,
  rater_key UUID NOT NULL,
  draft TEXT NOT NULL,                -- JSON object of the page's own making
  saved_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE display (                -- how somebody likes the page: replaced in place
  rater_key UUID PRIMARY KEY,
  display TEXT NOT NULL,              -- JSON object of the page's own making
  saved_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE guideline_confirmation (  -- who has read which version
  confirmation_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  rater_key UUID NOT NULL,
  version TEXT NOT NULL,
  confirmed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE practice_round (         -- rounds begun after the first, which is number 0 and needs no row
  project_id UUID NOT NULL,
  rater_key UUID NOT NULL,
  round_no INTEGER NOT NULL,
  started_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (rater_key, round_no)
);

CREATE TABLE practice_answer (        -- the first answer to a practice comparison in a round; never counted
  practice_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  round_no INTEGER NOT NULL,
  choice TEXT NOT NULL,               -- completion id | tie | both_bad
  as_expected BOOLEAN NOT NULL,
  answered_at TIMESTAMPTZ NOT NULL,
  UNIQUE (rater_key, comparison_key, round_no)
);

CREATE VIEW shown_text AS             -- what a rater reads, without the JSON around it: for searching
SELECT comparison_key,
  replace(replace(replace(replace(replace(replace(replace(replace(replace(prompt, '[{"content": "', ''),
    '", "role": "system"}, {"content": "', ' '), '", "role": "system"}]', ''),
    '", "role": "user"}, {"content": "', ' '), '", "role": "user"}]', ''),
    '", "role": "assistant"}, {"content": "', ' '), '", "role": "assistant"}]', ''),
    '", "role": "tool"}, {"content": "', ' '), '", "role": "tool"}]', '') AS words
FROM comparison
UNION ALL
SELECT comparison_key,
  replace(replace(replace(replace(replace(replace(replace(replace(replace(content, '[{"content": "', ''),
    '", "role": "system"}, {"content": "', ' '), '", "role": "system"}]', ''),
    '", "role": "user"}, {"content": "', ' '), '", "role": "user"}]', ''),
    '", "role": "assistant"}, {"content": "', ' '), '", "role": "assistant"}]', ''),
    '", "role": "tool"}, {"content": "', ' '), '", "role": "tool"}]', '')
FROM completion;
