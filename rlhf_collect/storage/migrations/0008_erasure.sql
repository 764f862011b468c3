-- People who have their data erased.
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
