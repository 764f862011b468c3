-- What a version was built from, so that it can be built again, or the input that changed since can be named.
ALTER TABLE version ADD COLUMN snapshot_at TIMESTAMPTZ;
ALTER TABLE version ADD COLUMN recipe TEXT;
ALTER TABLE version_row ADD COLUMN split TEXT;

CREATE TABLE version_input (          -- fingerprints of what went into a version
  version_id UUID NOT NULL,
  input TEXT NOT NULL,                -- judgements, consents, comparisons, settings, ...
  fingerprint TEXT NOT NULL,          -- SHA-256
  PRIMARY KEY (version_id, input)
);
