-- suggested_activities of one module: what mastery lacks, and another difficulty where nearly
-- nothing or nearly all is correct.
-- Writes: nothing. Calls: hg__ai_rules_correct, hg__ai_rules_count, hg__ai_rules_mastery.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_module_activities(p_name text, p_module jsonb)
RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_module_activities$
DECLARE
    v_enough boolean := (p_module ->> 'questions')::integer >= 10;
    v_accuracy numeric := (p_module ->> 'accuracy')::numeric;
    v_difficulty integer := (p_module ->> 'preferred_difficulty')::integer;
    v_correct text := hg__ai_rules_correct(p_module);
    v_mastery text := hg__ai_rules_mastery(p_module);
BEGIN
    RETURN array_remove(ARRAY[
        CASE
            WHEN (p_module ->> 'mastered')::boolean
                THEN 'Keep ' || p_name || ' fresh with a session now and then: it is mastered'
                || coalesce(', and ' || v_correct || ' are correct', '') || '.'
            WHEN v_mastery IS NOT NULL THEN 'Go on with ' || p_name || ': ' || v_mastery || '.'
            WHEN v_enough
                THEN 'Go on with ' || p_name || ': ' || v_correct || ' are correct so far.'
            ELSE 'Play more of ' || p_name || ': '
                || hg__ai_rules_count(p_module ->> 'questions', 'question') || ' so far say little.'
        END,
        CASE
            WHEN v_enough AND v_accuracy < 0.5 AND v_difficulty > 1
                THEN 'Try a difficulty below ' || v_difficulty || ': only ' || v_correct
                || ' are correct.'
            WHEN v_enough AND v_accuracy >= 0.9 AND v_difficulty < 5
                THEN 'Try a difficulty above ' || v_difficulty || ': ' || v_correct
                || ' are correct.'
        END
    ], NULL);
END
$hg__ai_rules_module_activities$;

REVOKE ALL ON FUNCTION hg__ai_rules_module_activities FROM public;
