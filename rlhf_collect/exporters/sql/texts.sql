-- What is told of a text once, so that no later statement looks at texts again: whether trainers can use it, whether
-- two are alike, how long it is. Expects the tables given_comparison, given_completion and given_row.

CREATE MACRO messages(json_text) AS
  from_json(json_text, '[{"role":"VARCHAR","content":"VARCHAR"}]');

-- Few texts have white space at an end, and to look there is a small part of what looking for it everywhere takes.
CREATE MACRO is_space(letter) AS letter IN (' ', chr(9), chr(10), chr(12), chr(13));
CREATE MACRO trimmed(text) AS CASE WHEN is_space(text[1]) OR is_space(text[-1])
  THEN regexp_replace(text, '^\s+|\s+$', '', 'g') ELSE text END;
CREATE MACRO bare(turns) AS  -- a reply without the white space around its turns, as a number; compared within a comparison
  hash(list_transform(turns, lambda turn: {'role': turn.role, 'said': trimmed(turn.content)}));
CREATE MACRO is_reply(turns) AS  -- the assistant's, every turn there, and something said in one of them
  coalesce(len(turns) > 0 AND turns[1].role = 'assistant'
    AND len(list_filter(turns, lambda turn: turn.role IS NULL OR turn.content IS NULL)) = 0
    AND len(list_filter(turns, lambda turn: regexp_matches(turn.content, '\S'))) > 0, false);
CREATE MACRO is_prompt(turns) AS
  coalesce(len(turns) > 0 AND turns[-1].role IN ('user', 'tool')
    AND len(list_filter(turns, lambda turn: turn.role IS NULL OR turn.content IS NULL)) = 0, false);

CREATE TABLE prompt AS   -- each once, in the order of the comparisons
SELECT row_number() OVER (ORDER BY first_id) - 1 AS prompt_no, prompt
FROM (SELECT prompt, min(comparison_id) AS first_id FROM given_comparison GROUP BY prompt);

CREATE TABLE asked AS
SELECT c.comparison_id, p.prompt_no FROM given_comparison c JOIN prompt p ON p.prompt = c.prompt;

CREATE TABLE held AS     -- prompts of published comparisons
SELECT DISTINCT a.prompt_no, v.first_version, v.split
FROM given_row v JOIN asked a ON a.comparison_id = v.row_id WHERE v.config = 'comparisons';

CREATE VIEW prompt_text AS
SELECT prompt_no, messages(prompt) AS turns, is_prompt(turns) AS fits FROM prompt;

CREATE VIEW completion_text AS
SELECT comparison_id, place, completion_id, coalesce(model, '') AS model, messages(content) AS turns,
  is_reply(turns) AS fits, bare(turns) AS bare,
  list_sum(list_transform(turns, lambda turn: length(turn.content)))::BIGINT AS characters
FROM given_completion;
