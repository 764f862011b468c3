-- name: alerts_of_project
-- Every alert that was raised, with when it ended, oldest first.
SELECT a.alert_id, a.alert_key, a.raised_no, a.kind, a.figures, a.raised_at, e.ended_at
FROM alert a LEFT JOIN alert_end e ON e.alert_id = a.alert_id
WHERE a.project_id = $project_id ORDER BY a.raised_at, a.alert_key, a.raised_no;

-- name: alert_tries
-- What was sent about the alerts that hold, and what became of it, in order.
SELECT t.alert_id, t.channel, t.try_no, t.target, t.began_at, d.outcome, d.said, d.retry_at, d.ended_at
FROM alert_try t JOIN alert a ON a.alert_id = t.alert_id
LEFT JOIN alert_try_end d ON d.alert_id = t.alert_id AND d.channel = t.channel AND d.try_no = t.try_no
WHERE a.project_id = $project_id AND NOT EXISTS (SELECT 1 FROM alert_end e WHERE e.alert_id = a.alert_id)
ORDER BY t.alert_id, t.channel, t.try_no;

-- name: flags_waiting
-- What raters flagged before a moment, and no lead has looked at or decided since; nobody is named. The last revision of a
-- rater's flags on a comparison holds.
WITH looked AS (
  SELECT max(CAST(json_extract_string(detail, '$.before') AS TIMESTAMPTZ)) AS until FROM audit
  WHERE project_id = $project_id AND deed = 'flags_looked'),
held AS (
  SELECT f.comparison_key, f.flagged_at,
         unnest(from_json(f.flags, '[{"target": "VARCHAR", "flag": "VARCHAR"}]')) AS said
  FROM flag f
  WHERE f.project_id = $project_id AND f.flagged_at <= $moment
    AND NOT EXISTS (SELECT 1 FROM flag later WHERE later.rater_key = f.rater_key
                    AND later.comparison_key = f.comparison_key AND later.revision_no = f.revision_no + 1)
    AND NOT EXISTS (SELECT 1 FROM looked WHERE looked.until >= f.flagged_at)
    AND NOT EXISTS (SELECT 1 FROM adjudication a WHERE a.comparison_key = f.comparison_key
                    AND a.role <> 'rater' AND a.decided_at >= f.flagged_at))
SELECT c.comparison_id AS comparison, h.said.target AS target, h.said.flag AS flag,
       CAST(min(h.flagged_at AT TIME ZONE 'UTC') AS DATE) AS flagged_on
FROM held h JOIN comparison c ON c.comparison_key = h.comparison_key
GROUP BY c.import_no, c.comparison_id, h.said.target, h.said.flag ORDER BY c.import_no, target, flag;
