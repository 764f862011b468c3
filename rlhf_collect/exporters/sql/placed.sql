-- Comparisons with the side their prompt is on: the last to be known, and all that says where a row goes.
CREATE TABLE placed AS
SELECT c.*, s.split FROM comparison c JOIN prompt_side s ON s.prompt_no = c.prompt_no;
