-- Rows of versions without an index of their keys: nothing asks for one of them, a freeze brings only rows no earlier one
-- held, and to index those of a first large version kept everybody who was rating waiting for seconds.
CREATE TABLE version_row_16 (
  project_id UUID NOT NULL,
  config TEXT NOT NULL,
  row_id TEXT NOT NULL,
  first_version TEXT NOT NULL,
  split TEXT
);
INSERT INTO version_row_16 SELECT project_id, config, row_id, first_version, split FROM version_row;
DROP TABLE version_row;
ALTER TABLE version_row_16 RENAME TO version_row;
