-- Versions that are taken back from where they were published.
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
