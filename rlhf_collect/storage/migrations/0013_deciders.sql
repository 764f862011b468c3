-- Contested comparisons decided by a second rater: who may, what is left to them, in which order they saw it. The view
-- names the columns it had when it was made, so it is made again.
DROP VIEW current_adjudication;

ALTER TABLE adjudication ADD COLUMN presentation TEXT;

CREATE VIEW current_adjudication AS   -- the last revision of each, unless it was taken back
SELECT a.* FROM adjudication a
WHERE a.choice IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM adjudication later
  WHERE later.adjudication_id = a.adjudication_id AND later.revision_no = a.revision_no + 1
);

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
WHERE r.asked AND NOT EXISTS (
  SELECT 1 FROM referral later
  WHERE later.comparison_key = r.comparison_key AND later.criterion = r.criterion
    AND later.referral_no = r.referral_no + 1
) AND NOT EXISTS (
  SELECT 1 FROM current_adjudication a WHERE a.comparison_key = r.comparison_key AND a.criterion = r.criterion
);
