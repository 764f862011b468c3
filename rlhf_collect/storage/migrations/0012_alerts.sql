-- Alerts: raised, ended, and what was sent about them, so that none is sent twice, after a restart neither.
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
