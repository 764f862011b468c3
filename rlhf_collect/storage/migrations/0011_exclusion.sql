-- Written decisions that leave out judgements, contests of those and of known answers, and what came of them.
CREATE TABLE decision (               -- what a person decided about a rater, in writing; a later step can only end it
  decision_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  rater_key UUID NOT NULL,            -- whom it is about
  kind TEXT NOT NULL CHECK (kind IN ('warn', 'restrict', 'suspend', 'exclude_from_dataset')),
  decided_by UUID NOT NULL,           -- who decided
  role TEXT NOT NULL,                 -- what they were then: lead | admin
  reasons TEXT NOT NULL CHECK (length(trim(reasons)) >= 40),
  evidence TEXT NOT NULL CHECK (evidence LIKE '["%"]'),  -- JSON list: names of figures, judgement:ID of known answers
  sequence_no BIGINT NOT NULL UNIQUE, -- rank among all that was judged, taken back and decided in the whole store
  notice_sent_at TIMESTAMPTZ NOT NULL,
  effective_at TIMESTAMPTZ NOT NULL,  -- not before; later while it is contested
  CHECK (effective_at >= notice_sent_at),
  CHECK (decided_by <> rater_key)
);

CREATE TABLE decision_judgement (     -- which judgements it is about, written with it
  decision_id UUID NOT NULL,
  judgement_id UUID NOT NULL,
  PRIMARY KEY (decision_id, judgement_id)
);

CREATE TABLE decision_step (          -- where a decision stands: the last row holds, none: it is announced
  decision_id UUID NOT NULL,
  step_no INTEGER NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('in_effect', 'suspended', 'lifted')),
  taken_by UUID,                      -- null: by time, or by the answer to an appeal
  sequence_no BIGINT NOT NULL UNIQUE,
  occurred_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (decision_id, step_no)
);

CREATE TABLE decision_return (        -- judgements given back by an appeal that was upheld in part
  decision_id UUID NOT NULL,
  judgement_id UUID NOT NULL,
  sequence_no BIGINT NOT NULL,        -- that of the answer
  PRIMARY KEY (decision_id, judgement_id)
);

CREATE TABLE appeal (                 -- a decision or a known answer that a rater contests; each once
  appeal_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  rater_key UUID NOT NULL,            -- who contests
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('decision', 'control')),
  subject_id UUID NOT NULL,           -- decision_id, or comparison_key
  decision_author UUID,               -- who decided what is contested; null for a known answer
  reasons TEXT NOT NULL,              -- the rater's words; may be empty
  sequence_no BIGINT NOT NULL UNIQUE,
  opened_at TIMESTAMPTZ NOT NULL,
  due_at TIMESTAMPTZ NOT NULL,        -- without an answer until then it is upheld
  CHECK (due_at > opened_at),
  UNIQUE (rater_key, subject_kind, subject_id)
);

CREATE TABLE appeal_event (           -- how an appeal ended; one without is open
  appeal_id UUID PRIMARY KEY,
  rater_key UUID NOT NULL,            -- who contests
  step TEXT NOT NULL CHECK (step IN ('upheld', 'partly', 'rejected', 'withdrawn', 'timed_out_upheld')),
  reviewer UUID,                      -- the second person; null: the rater, time, or who lifted it
  decision_author UUID,
  reasons TEXT NOT NULL,
  sequence_no BIGINT NOT NULL UNIQUE,
  occurred_at TIMESTAMPTZ NOT NULL,
  CHECK (reviewer IS NULL OR decision_author IS NULL OR reviewer <> decision_author),
  CHECK (reviewer IS NULL OR reviewer <> rater_key),
  CHECK (step NOT IN ('partly', 'rejected') OR reviewer IS NOT NULL),
  CHECK (reviewer IS NULL OR length(trim(reasons)) > 0)
);

CREATE TABLE gold_removal (           -- known answers that were contested with success: they measure nobody any more
  comparison_key UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  sequence_no BIGINT NOT NULL UNIQUE,
  removed_at TIMESTAMPTZ NOT NULL
);

CREATE VIEW excluded_judgement AS     -- judgements that a decision in effect leaves out
SELECT DISTINCT d.judgement_id FROM decision_judgement d
JOIN (SELECT decision_id, arg_max(step, step_no) AS step FROM decision_step GROUP BY decision_id) s
  ON s.decision_id = d.decision_id
WHERE s.step = 'in_effect' AND NOT EXISTS (
  SELECT 1 FROM decision_return r WHERE r.decision_id = d.decision_id AND r.judgement_id = d.judgement_id
);

CREATE VIEW standing_judgement AS     -- last revisions their rater did not take back, whether or not they are left out
SELECT j.* FROM last_revision j
LEFT JOIN (SELECT judgement_id, max(sequence_no) AS sequence_no FROM withdrawal GROUP BY judgement_id) w
  ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;

CREATE OR REPLACE VIEW current_judgement AS  -- those that count; the few that do not are joined, which is cheaper than NOT EXISTS
SELECT j.* FROM last_revision j
LEFT JOIN (
  SELECT judgement_id, max(sequence_no) AS sequence_no FROM (
    SELECT judgement_id, sequence_no FROM withdrawal
    UNION ALL SELECT judgement_id, 9223372036854775807 FROM excluded_judgement) gone
  GROUP BY judgement_id) w ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;

CREATE VIEW known_answer AS           -- comparisons with a known answer that still measures
SELECT comparison_key, project_id, gold FROM comparison c
WHERE c.is_gold AND NOT EXISTS (SELECT 1 FROM gold_removal r WHERE r.comparison_key = c.comparison_key);
