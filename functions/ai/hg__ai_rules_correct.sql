-- How many questions were correct, in words: 85.71% of 42 questions. NULL where there were none.
-- Writes: nothing. Calls: hg__ai_rules_percent, hg__ai_rules_count. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_correct(p_figures jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__ai_rules_percent(p_figures ->> 'accuracy') || ' of '
|| hg__ai_rules_count(p_figures ->> 'questions', 'question');

REVOKE ALL ON FUNCTION hg__ai_rules_correct FROM public;
