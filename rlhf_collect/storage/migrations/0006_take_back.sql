-- Judgements that their raters take back.
DROP VIEW current_judgement;

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
WHERE NOT EXISTS (
  SELECT 1 FROM judgement later
  WHERE later.revision_no > 0
    AND later.judgement_id = j.judgement_id AND later.criterion = j.criterion
    AND later.revision_no = j.revision_no + 1
);

CREATE VIEW current_judgement AS      -- those of them that stand; the few taken back are joined, which is cheaper than NOT EXISTS
SELECT j.* FROM last_revision j
LEFT JOIN (SELECT judgement_id, max(sequence_no) AS sequence_no FROM withdrawal GROUP BY judgement_id) w
  ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;
