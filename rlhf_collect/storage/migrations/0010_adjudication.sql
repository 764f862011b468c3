-- What leads decide about contested comparisons.
CREATE TABLE adjudication (           -- what a lead decided about a contested comparison, beside what raters judged
  adjudication_id UUID NOT NULL,      -- one lead, one comparison, one criterion; the last revision holds
  revision_no INTEGER NOT NULL,
  project_id UUID NOT NULL,
  comparison_key UUID NOT NULL,
  criterion TEXT NOT NULL,
  rater_key UUID NOT NULL,            -- who decided
  role TEXT NOT NULL,                 -- what they were then: lead | admin
  choice TEXT,                        -- completion id | tie | both_bad; null: taken back
  strength SMALLINT,
  reason TEXT NOT NULL,               -- published with the version, which the lead is told; empty once they are erased
  setting_no INTEGER NOT NULL,
  guideline_version TEXT NOT NULL,
  interface_version TEXT NOT NULL,
  sequence_no BIGINT NOT NULL UNIQUE, -- rank among all that was judged, taken back and decided in the whole store
  decided_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (adjudication_id, revision_no),
  UNIQUE (comparison_key, criterion, rater_key, revision_no)
);

CREATE VIEW current_adjudication AS   -- the last revision of each, unless it was taken back
SELECT a.* FROM adjudication a
WHERE a.choice IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM adjudication later
  WHERE later.adjudication_id = a.adjudication_id AND later.revision_no = a.revision_no + 1
);
