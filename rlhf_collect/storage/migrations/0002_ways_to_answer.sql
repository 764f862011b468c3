-- Four degrees, points, reasons, flags and edited completions. The view names the columns it had when it was made,
-- so it is made again.
DROP VIEW current_judgement;

ALTER TABLE judgement ADD COLUMN degree SMALLINT;
ALTER TABLE judgement ADD COLUMN points TEXT;
ALTER TABLE judgement ADD COLUMN reasons TEXT;
ALTER TABLE judgement ADD COLUMN order_asked BOOLEAN;

CREATE VIEW current_judgement AS      -- the last revision of each; few rows are ever revised, so the inner side is small
SELECT j.* FROM judgement j
WHERE NOT EXISTS (
  SELECT 1 FROM judgement later
  WHERE later.revision_no > 0
    AND later.judgement_id = j.judgement_id AND later.criterion = j.criterion
    AND later.revision_no = j.revision_no + 1
);

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
