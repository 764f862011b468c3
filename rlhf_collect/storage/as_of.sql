-- The store as it stood at a moment: temporary views that stand in for the tables of one connection. Acts are never
-- changed, so whatever came later is a row to leave out. Judgements, those taken back, decisions and appeals are cut by
-- their rank on arrival, everything else by when it was done. {stored} is where the tables are, {moment} and {last_sequence}
-- the moment.
CREATE TEMP VIEW judgement AS
SELECT * FROM {stored}.judgement WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW withdrawal AS
SELECT * FROM {stored}.withdrawal WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW adjudication AS
SELECT * FROM {stored}.adjudication WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW erasure AS
SELECT * FROM {stored}.erasure WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW decision AS
SELECT * FROM {stored}.decision WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW decision_step AS
SELECT * FROM {stored}.decision_step WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW decision_return AS
SELECT * FROM {stored}.decision_return WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW appeal AS
SELECT * FROM {stored}.appeal WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW appeal_event AS
SELECT * FROM {stored}.appeal_event WHERE sequence_no <= {last_sequence};

CREATE TEMP VIEW gold_removal AS
SELECT * FROM {stored}.gold_removal WHERE sequence_no <= {last_sequence};

-- The views of the store, over what was left of it above.
CREATE TEMP VIEW last_revision AS
SELECT j.* FROM judgement j
LEFT JOIN (SELECT judgement_id, criterion, revision_no - 1 AS before FROM judgement WHERE revision_no > 0) later
  ON later.judgement_id = j.judgement_id AND later.criterion = j.criterion AND later.before = j.revision_no
WHERE later.judgement_id IS NULL;

-- Which judgements a decision is about never changes: its steps, which are cut, say whether it counts.
CREATE TEMP VIEW excluded_judgement AS
SELECT DISTINCT d.judgement_id FROM decision_judgement d
JOIN (SELECT decision_id, arg_max(step, step_no) AS step FROM decision_step GROUP BY decision_id) s
  ON s.decision_id = d.decision_id
LEFT JOIN decision_return r ON r.decision_id = d.decision_id AND r.judgement_id = d.judgement_id
WHERE s.step = 'in_effect' AND r.judgement_id IS NULL;

CREATE TEMP VIEW standing_judgement AS
SELECT j.* FROM last_revision j
LEFT JOIN (SELECT judgement_id, max(sequence_no) AS sequence_no FROM withdrawal GROUP BY judgement_id) w
  ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;

CREATE TEMP VIEW current_judgement AS
SELECT j.* FROM last_revision j
LEFT JOIN (
  SELECT judgement_id, max(sequence_no) AS sequence_no FROM (
    SELECT judgement_id, sequence_no FROM withdrawal
    UNION ALL SELECT judgement_id, 9223372036854775807 FROM excluded_judgement) gone
  GROUP BY judgement_id) w ON w.judgement_id = j.judgement_id
WHERE w.sequence_no IS NULL OR w.sequence_no < j.sequence_no;

CREATE TEMP VIEW current_adjudication AS
SELECT a.* FROM adjudication a
LEFT JOIN (SELECT adjudication_id, revision_no - 1 AS before FROM adjudication WHERE revision_no > 0) later
  ON later.adjudication_id = a.adjudication_id AND later.before = a.revision_no
WHERE a.choice IS NOT NULL AND later.adjudication_id IS NULL;

-- What was written into a completion belongs to its judgement, and counts if that does.
CREATE TEMP VIEW edited AS
SELECT * FROM {stored}.edited e
WHERE e.edited_at <= {moment} AND EXISTS (
  SELECT 1 FROM {stored}.judgement j WHERE j.judgement_id = e.judgement_id AND j.sequence_no <= {last_sequence});

CREATE TEMP VIEW comparison AS
SELECT * FROM {stored}.comparison c
WHERE EXISTS (SELECT 1 FROM {stored}.import_batch b WHERE b.batch_id = c.batch_id AND b.imported_at <= {moment});

CREATE TEMP VIEW known_answer AS
SELECT c.comparison_key, c.project_id, c.gold FROM comparison c
LEFT JOIN gold_removal r ON r.comparison_key = c.comparison_key
WHERE c.is_gold AND r.comparison_key IS NULL;

CREATE TEMP VIEW opening AS SELECT * FROM {stored}.opening WHERE decided_at <= {moment};

CREATE TEMP VIEW opened AS
SELECT comparison_key, min(first_k) AS first_k FROM opening GROUP BY comparison_key;

CREATE TEMP VIEW import_batch AS SELECT * FROM {stored}.import_batch WHERE imported_at <= {moment};
CREATE TEMP VIEW consent AS SELECT * FROM {stored}.consent WHERE recorded_at <= {moment};
CREATE TEMP VIEW flag AS SELECT * FROM {stored}.flag WHERE flagged_at <= {moment};
CREATE TEMP VIEW skip AS SELECT * FROM {stored}.skip WHERE skipped_at <= {moment};
CREATE TEMP VIEW skip_end AS SELECT * FROM {stored}.skip_end WHERE ended_at <= {moment};
CREATE TEMP VIEW thread AS SELECT * FROM {stored}.thread WHERE begun_at <= {moment};
CREATE TEMP VIEW message AS SELECT * FROM {stored}.message WHERE written_at <= {moment};
CREATE TEMP VIEW thread_end AS SELECT * FROM {stored}.thread_end WHERE ended_at <= {moment};
CREATE TEMP VIEW audit AS SELECT * FROM {stored}.audit WHERE done_at <= {moment};
CREATE TEMP VIEW version_withdrawal AS SELECT * FROM {stored}.version_withdrawal WHERE begun_at <= {moment};
CREATE TEMP VIEW project_setting AS SELECT * FROM {stored}.project_setting WHERE applied_at <= {moment};
CREATE TEMP VIEW schema_migration AS SELECT * FROM {stored}.schema_migration WHERE applied_at <= {moment};
