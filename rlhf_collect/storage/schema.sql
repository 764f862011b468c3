-- The schema as it stands after every migration, to be read in one place. Nothing runs it: databases are made and
-- brought up to date by migrations/ alone, and a test demands that both roads lead to the same tables, columns,
-- types, constraints and views. A new migration changes this file too.

CREATE TABLE schema_migration (       -- which migrations were applied
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE project (
  project_id UUID PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  seed TEXT NOT NULL,                 -- draws presentations; random, made once
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE project_setting (        -- every version of the project file that was applied
  project_id UUID NOT NULL,
  setting_no INTEGER NOT NULL,
  settings_sha256 TEXT NOT NULL,
  settings TEXT NOT NULL,             -- JSON
  applied_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (project_id, setting_no)
);

CREATE TABLE rater (                  -- every person of a project, leads too, and the raters of imported judgements
  rater_key UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  imported BOOLEAN NOT NULL,          -- made by import-judgements: cannot sign in
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (project_id, name)
);

CREATE TABLE credential (             -- invitations, API keys and sessions, hashed
  credential_id UUID PRIMARY KEY,
  rater_key UUID NOT NULL,
  kind TEXT NOT NULL,                 -- invitation | key | session
  secret_sha256 TEXT NOT NULL UNIQUE,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ              -- null: until ended
);

CREATE TABLE credential_end (
  credential_id UUID PRIMARY KEY,
  ended_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE consent (                -- the newest row per rater and kind holds
  consent_id UUID PRIMARY KEY,
  rater_key UUID NOT NULL,
  kind TEXT NOT NULL,                 -- publish_rationale
  granted BOOLEAN NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE eligibility (            -- what a rater is asked about; the newest row holds, none: everything
  rater_key UUID NOT NULL,
  eligibility_no INTEGER NOT NULL,
  languages TEXT NOT NULL,            -- JSON list; empty: all
  tags TEXT NOT NULL,                 -- JSON list of which a comparison has one; empty: all
  decided_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (rater_key, eligibility_no)
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

CREATE TABLE import_batch (
  batch_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  source TEXT NOT NULL,
  form TEXT NOT NULL,
  revision TEXT NOT NULL,
  licence TEXT NOT NULL,
  comparisons INTEGER NOT NULL,       -- new ones
  judgements INTEGER NOT NULL,        -- new ones
  imported_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE comparison (
  comparison_key UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  batch_id UUID NOT NULL,
  import_no BIGINT NOT NULL,          -- order of import within the project
  comparison_id TEXT NOT NULL,        -- the public id
  prompt TEXT NOT NULL,               -- JSON list of {role, content}
  language TEXT NOT NULL,
  tags TEXT NOT NULL,                 -- JSON list
  labels TEXT NOT NULL,               -- JSON list
  gold TEXT,                          -- JSON, null for an ordinary comparison
  is_gold BOOLEAN NOT NULL,
  source TEXT NOT NULL,
  metadata TEXT NOT NULL,             -- JSON
  content_sha256 TEXT NOT NULL,
  completion_count SMALLINT NOT NULL,
  UNIQUE (project_id, comparison_id)
);

CREATE TABLE opening (                -- how many judgements of a comparison count; none for those of which all do
  comparison_key UUID NOT NULL,
  first_k INTEGER NOT NULL,           -- the first to arrive; written when it is handed out first, later rows only lower it
  decided_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (comparison_key, first_k)
);

CREATE VIEW opened AS                 -- comparisons of which not all judgements count; the lowest number holds
SELECT comparison_key, min(first_k) AS first_k FROM opening GROUP BY comparison_key;

CREATE TABLE completion (
  comparison_key UUID NOT NULL,
  place SMALLINT NOT NULL,            -- 0-based, in import order
  completion_id TEXT NOT NULL,
  model TEXT NOT NULL,
  content TEXT NOT NULL,              -- JSON list of {role, content}
  slot SMALLINT NOT NULL,             -- canonical orientation, domain/comparison.canonical_slots
  characters INTEGER NOT NULL,
  PRIMARY KEY (comparison_key, place)
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

CREATE TABLE assignment (             -- one rater, one comparison, one judgement id, one order, for ever
  assignment_id UUID PRIMARY KEY,
  judgement_id UUID NOT NULL UNIQUE,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  repeat_no SMALLINT NOT NULL,
  presentation TEXT NOT NULL,         -- JSON list of completion ids in the order shown
  random_state BIGINT NOT NULL,       -- the draw among equally urgent comparisons can be repeated
  setting_no INTEGER NOT NULL,
  guideline_version TEXT NOT NULL,
  interface_version TEXT NOT NULL,
  assigned_at TIMESTAMPTZ NOT NULL,
  UNIQUE (rater_key, comparison_key, repeat_no)
);

CREATE TABLE lease (                  -- a place held for a while; lapsed ones are simply not counted
  comparison_key UUID NOT NULL,
  place_no INTEGER NOT NULL,          -- how many places were ever given before: decides races
  assignment_id UUID NOT NULL,
  granted_at TIMESTAMPTZ NOT NULL,
  lease_ends TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (comparison_key, place_no)
);

CREATE TABLE skip (                   -- private to the rater
  skip_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  reason TEXT NOT NULL,
  skipped_at TIMESTAMPTZ NOT NULL,
  skip_no SMALLINT NOT NULL DEFAULT 0,  -- how many skips of theirs went before
  repeat_no SMALLINT DEFAULT 0,       -- as of its assignment
  UNIQUE (rater_key, comparison_key, skip_no)
);

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

CREATE TABLE judgement (              -- one row per judgement, criterion and revision
  judgement_id UUID NOT NULL,
  criterion TEXT NOT NULL,
  revision_no INTEGER NOT NULL,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  repeat_no SMALLINT NOT NULL,
  choice TEXT NOT NULL,               -- completion id | tie | both_bad
  strength SMALLINT,
  ranking TEXT,                       -- JSON list of lists, best first
  rationale TEXT,
  presentation TEXT,                  -- JSON; null for imported judgements that brought none
  label SMALLINT NOT NULL,            -- domain/judgement.Settled.label
  signed_strength SMALLINT,           -- negative towards slot 0
  first_shown_won BOOLEAN,
  arrival_no INTEGER,                 -- rank on arrival per comparison, the same for every criterion; null for imported
  sequence_no BIGINT NOT NULL UNIQUE, -- rank on arrival in the whole store
  answers_sha256 TEXT NOT NULL,       -- all answers of the submission: the same again is the same receipt
  setting_no INTEGER NOT NULL,
  guideline_version TEXT NOT NULL,
  interface_version TEXT NOT NULL,
  submitted_on DATE NOT NULL,
  submitted_at TIMESTAMPTZ,           -- null for imported judgements
  degree SMALLINT,                    -- 1 to 4 as said on a scale of four degrees; strength follows from it
  points TEXT,                        -- JSON {completion id: number} in import order; ranking and choice follow from it
  reasons TEXT,                       -- JSON list of {completion, reason}; null: none given
  order_asked BOOLEAN,                -- whether an untouched ranking was asked about and confirmed
  PRIMARY KEY (judgement_id, criterion, revision_no),
  UNIQUE (rater_key, comparison_key, criterion, repeat_no, revision_no)
);

CREATE TABLE withdrawal (             -- a judgement its rater took back; a later revision makes it stand again
  withdrawal_id UUID PRIMARY KEY,
  judgement_id UUID NOT NULL,
  project_id UUID NOT NULL,
  rater_key UUID NOT NULL,
  withdrawal_no SMALLINT NOT NULL,    -- how many of the same judgement went before
  sequence_no BIGINT NOT NULL UNIQUE, -- rank on arrival among the judgements of the whole store
  withdrawn_at TIMESTAMPTZ NOT NULL,
  UNIQUE (judgement_id, withdrawal_no)
);

CREATE VIEW last_revision AS          -- the last revision of each; few rows are ever revised, so the inner side is small
SELECT j.* FROM judgement j
LEFT JOIN (SELECT judgement_id, criterion, revision_no - 1 AS before FROM judgement WHERE revision_no > 0) later
  ON later.judgement_id = j.judgement_id AND later.criterion = j.criterion AND later.before = j.revision_no
WHERE later.judgement_id IS NULL;

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
LEFT JOIN decision_return r ON r.decision_id = d.decision_id AND r.judgement_id = d.judgement_id
WHERE s.step = 'in_effect' AND r.judgement_id IS NULL;

CREATE VIEW standing_judgement AS     -- last revisions their rater did not take back, whether or not they are left out
SELECT j.* FROM last_revision j
LEFT JOIN (SELECT judgement_id, max(sequence_no) AS sequence_no FROM withdrawal GROUP BY judgement_id) w
  ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;

CREATE VIEW current_judgement AS      -- those that count; the few that do not are joined, which is cheaper than NOT EXISTS
SELECT j.* FROM last_revision j
LEFT JOIN (
  SELECT judgement_id, max(sequence_no) AS sequence_no FROM (
    SELECT judgement_id, sequence_no FROM withdrawal
    UNION ALL SELECT judgement_id, 9223372036854775807 FROM excluded_judgement) gone
  GROUP BY judgement_id) w ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;

CREATE VIEW known_answer AS           -- comparisons with a known answer that still measures
SELECT c.comparison_key, c.project_id, c.gold FROM comparison c
LEFT JOIN gold_removal r ON r.comparison_key = c.comparison_key
WHERE c.is_gold AND r.comparison_key IS NULL;

CREATE TABLE adjudication (           -- what somebody decided about a contested comparison, beside what raters judged
  adjudication_id UUID NOT NULL,      -- one person, one comparison, one criterion; the last revision holds
  revision_no INTEGER NOT NULL,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  criterion TEXT NOT NULL,
  rater_key UUID NOT NULL,            -- who decided
  role TEXT NOT NULL,                 -- what they were then: lead | admin | rater, who decides as a second rater
  choice TEXT,                        -- completion id | tie | both_bad; null: taken back
  strength SMALLINT,
  reason TEXT NOT NULL,               -- published with the version, which they are told; empty once they are erased
  setting_no INTEGER NOT NULL,
  guideline_version TEXT NOT NULL,
  interface_version TEXT NOT NULL,
  sequence_no BIGINT NOT NULL UNIQUE, -- rank among all that was judged, taken back and decided in the whole store
  decided_at TIMESTAMPTZ NOT NULL,
  presentation TEXT,                  -- JSON list of completion ids, as a second rater saw them; null: a lead saw models
  PRIMARY KEY (adjudication_id, revision_no),
  UNIQUE (comparison_key, criterion, rater_key, revision_no)
);

CREATE VIEW current_adjudication AS   -- the last revision of each, unless it was taken back
SELECT a.* FROM adjudication a
LEFT JOIN (SELECT adjudication_id, revision_no - 1 AS before FROM adjudication WHERE revision_no > 0) later
  ON later.adjudication_id = a.adjudication_id AND later.before = a.revision_no
WHERE a.choice IS NOT NULL AND later.adjudication_id IS NULL;

CREATE TABLE decider (                -- raters a lead named to decide contested comparisons; the newest row holds, none: not
  rater_key UUID NOT NULL,
  decider_no INTEGER NOT NULL,
  decides BOOLEAN NOT NULL,           -- false: not any more
  named_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (rater_key, decider_no)
);

CREATE TABLE referral (               -- contested comparisons left to a second rater on a criterion; the newest row holds
  comparison_key UUID NOT NULL,
  criterion TEXT NOT NULL,
  referral_no INTEGER NOT NULL,
  project_id UUID NOT NULL,
  asked BOOLEAN NOT NULL,             -- false: not any more
  asked_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (comparison_key, criterion, referral_no)
);

CREATE TABLE deciding (               -- one of them as a decider was shown it: the same decision and order for ever
  adjudication_id UUID PRIMARY KEY,   -- of the decision to come
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  criterion TEXT NOT NULL,
  rater_key UUID NOT NULL,
  presentation TEXT NOT NULL,         -- JSON list of completion ids, as shown
  setting_no INTEGER NOT NULL,
  guideline_version TEXT NOT NULL,
  interface_version TEXT NOT NULL,
  shown_at TIMESTAMPTZ NOT NULL,
  UNIQUE (rater_key, comparison_key, criterion)
);

CREATE TABLE deciding_decline (       -- left to somebody else: not shown to the same person again
  adjudication_id UUID PRIMARY KEY,
  declined_at TIMESTAMPTZ NOT NULL
);

CREATE VIEW waiting_referral AS       -- those asked still, on which no decision holds
SELECT r.* FROM referral r
LEFT JOIN (SELECT comparison_key, criterion, referral_no - 1 AS before FROM referral WHERE referral_no > 0) later
  ON later.comparison_key = r.comparison_key AND later.criterion = r.criterion AND later.before = r.referral_no
LEFT JOIN current_adjudication a ON a.comparison_key = r.comparison_key AND a.criterion = r.criterion
WHERE r.asked AND later.comparison_key IS NULL AND a.comparison_key IS NULL;

CREATE TABLE flag (                   -- what a rater flagged about a comparison, judged or skipped; the last revision holds
  flag_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  revision_no INTEGER NOT NULL,
  flags TEXT NOT NULL,                -- JSON list of {target, flag}; empty: taken back
  flagged_at TIMESTAMPTZ NOT NULL,
  UNIQUE (rater_key, comparison_key, revision_no)
);

CREATE TABLE edited (                 -- a completion as a rater would have written it; the last revision holds
  edited_id UUID PRIMARY KEY,
  judgement_id UUID NOT NULL,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  rater_key UUID NOT NULL,
  revision_no INTEGER NOT NULL,
  completion_id TEXT NOT NULL,
  content TEXT,                       -- stands in for the last assistant turn; null: taken back
  edited_at TIMESTAMPTZ NOT NULL,
  UNIQUE (judgement_id, revision_no)
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

CREATE TABLE version (
  version_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  version TEXT NOT NULL,
  manifest_sha256 TEXT NOT NULL,
  last_sequence BIGINT NOT NULL,
  folder TEXT NOT NULL,
  row_counts TEXT NOT NULL,           -- JSON {config: {split: n}}
  frozen_at TIMESTAMPTZ NOT NULL,
  snapshot_at TIMESTAMPTZ,            -- when the store was looked at; null: frozen before this was kept
  recipe TEXT,                        -- JSON of the recipe it was made by; null likewise
  UNIQUE (project_id, version)
);

CREATE TABLE version_input (          -- fingerprints of what went into a version
  version_id UUID NOT NULL,
  input TEXT NOT NULL,                -- judgements, consents, comparisons, settings, ...
  fingerprint TEXT NOT NULL,          -- SHA-256
  PRIMARY KEY (version_id, input)
);

CREATE TABLE version_row (            -- where a row stands for ever: with the version that first held it. Each once, which
  project_id UUID NOT NULL,           -- the freeze sees to: an index of millions of keys would keep raters waiting
  config TEXT NOT NULL,
  row_id TEXT NOT NULL,
  first_version TEXT NOT NULL,
  split TEXT                          -- the side it is on for ever; null: the one its prompt's own hash gives
);

CREATE TABLE publication (
  publication_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  version TEXT NOT NULL,
  target TEXT NOT NULL,
  revision TEXT NOT NULL,             -- commit on the Hub; empty for a folder
  manifest_sha256 TEXT NOT NULL,
  published_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE version_withdrawal (     -- begun: from now on the version is published nowhere any more
  project_id UUID NOT NULL,
  version TEXT NOT NULL,
  target TEXT NOT NULL,               -- what it is taken from, as the caller names it
  revision TEXT NOT NULL,             -- commit it had on the Hub; empty for a folder
  large_files TEXT NOT NULL,          -- JSON list of SHA-256: to be deleted, also by who goes on after a crash
  begun_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (project_id, version, target)
);

CREATE TABLE version_withdrawal_end ( -- one that is done and was looked at again
  project_id UUID NOT NULL,
  version TEXT NOT NULL,
  target TEXT NOT NULL,
  ended_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (project_id, version, target)
);

CREATE TABLE audit (
  audit_id UUID PRIMARY KEY,
  project_id UUID,
  actor TEXT NOT NULL,
  deed TEXT NOT NULL,
  detail TEXT NOT NULL,               -- JSON
  done_at TIMESTAMPTZ NOT NULL
);

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

CREATE TABLE alert (                  -- something a lead should look at, from when it began
  alert_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  alert_key TEXT NOT NULL,            -- the same as long as it is the same alert; stats/alerts.Alert.key
  raised_no INTEGER NOT NULL,         -- how many of the same key went before
  kind TEXT NOT NULL,
  figures TEXT NOT NULL,              -- JSON, as they were when it began; nothing about a person
  raised_at TIMESTAMPTZ NOT NULL,
  UNIQUE (project_id, alert_key, raised_no)
);

CREATE TABLE alert_end (              -- one that is over; the same key may be raised again
  alert_id UUID PRIMARY KEY,
  ended_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE alert_try (              -- a try to send one, written down before it is made: whoever comes second finds it
  alert_id UUID NOT NULL,
  channel TEXT NOT NULL,              -- webhook | email
  try_no INTEGER NOT NULL,            -- from 0
  target TEXT NOT NULL,               -- where to, as the settings had it
  began_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (alert_id, channel, try_no)
);

CREATE TABLE alert_try_end (          -- what became of it; a try without a row was cut short
  alert_id UUID NOT NULL,
  channel TEXT NOT NULL,
  try_no INTEGER NOT NULL,
  outcome TEXT NOT NULL,              -- delivered | failed | given_up
  said TEXT NOT NULL,                 -- why, in a few words of our own
  retry_at TIMESTAMPTZ,               -- when to try again; null: not
  ended_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (alert_id, channel, try_no)
);

CREATE TABLE erasure (                -- a person who had their data erased; nothing says who
  erasure_id UUID PRIMARY KEY,
  project_id UUID NOT NULL,
  judgements TEXT NOT NULL,           -- kept, without a name or pseudonym | left_out of versions to come
  left_out INTEGER NOT NULL,          -- judgements that stood and are left out
  first_sequence BIGINT,              -- rank of their first judgement: versions from there on hold something of theirs; null: none
  removal_asked BOOLEAN NOT NULL,     -- whether published versions are to be withdrawn too
  sequence_no BIGINT NOT NULL UNIQUE, -- rank among all that was judged and taken back in the whole store
  erased_on DATE NOT NULL
);

CREATE TABLE erasure_end (            -- once the bytes are gone from the database file too
  erasure_id UUID PRIMARY KEY,
  ended_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE image (                  -- pictures that came with comparisons, each once a project
  project_id UUID NOT NULL,
  sha256 TEXT NOT NULL,               -- of the bytes
  media_type TEXT NOT NULL,           -- image/png | image/jpeg | image/gif | image/webp, by the bytes
  bytes BLOB NOT NULL,
  PRIMARY KEY (project_id, sha256)
);

CREATE TABLE comparison_image (       -- what a comparison's Markdown means by a path
  comparison_key UUID NOT NULL,
  path TEXT NOT NULL,                 -- images/...
  sha256 TEXT NOT NULL,
  PRIMARY KEY (comparison_key, path)
);
