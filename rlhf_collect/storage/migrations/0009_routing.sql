-- Comparisons that get as many judgements as their answers ask for, ones that come to their rater again, and raters who are asked
-- about some of them.

-- How many of its judgements count, the first to arrive: written when a comparison is handed out first, and again when a
-- later rule lowers it. It was a column of comparison, which no row of the program ever filled.
CREATE TABLE opening (
  comparison_key UUID NOT NULL,
  first_k INTEGER NOT NULL,
  decided_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (comparison_key, first_k)
);

INSERT INTO opening
SELECT comparison_key, first_k, TIMESTAMPTZ '1970-01-01 00:00:00+00' FROM comparison WHERE first_k IS NOT NULL;

ALTER TABLE comparison DROP COLUMN first_k;

CREATE VIEW opened AS                 -- comparisons of which not all judgements count; the lowest number holds
SELECT comparison_key, min(first_k) AS first_k FROM opening GROUP BY comparison_key;

ALTER TABLE skip ADD COLUMN repeat_no SMALLINT DEFAULT 0;

CREATE TABLE eligibility (            -- what a rater is asked about; the newest row holds, none: everything
  rater_key UUID NOT NULL,
  eligibility_no INTEGER NOT NULL,
  languages TEXT NOT NULL,            -- JSON list; empty: all
  tags TEXT NOT NULL,                 -- JSON list of which a comparison has one; empty: all
  decided_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (rater_key, eligibility_no)
);
