-- What the module of an input lacks to be mastered, in words: the least that would do where that is
-- known and near, else its first condition that does not hold. NULL where nothing can be said.
-- Writes: nothing. Calls: hg__ai_rules_count. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_mastery(p_module jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_mastery$
BEGIN
    RETURN coalesce(
        CASE WHEN (p_module ->> 'correct_missing')::numeric <= 50 THEN
            hg__ai_rules_count(p_module ->> 'correct_missing', 'correct answer')
            || ' in a row would master it'
        END,
        CASE WHEN (p_module ->> 'good_sessions_missing')::numeric <= 20 THEN
            hg__ai_rules_count(p_module ->> 'good_sessions_missing', 'good session')
            || ' in a row would master it'
        END,
        (
            SELECT format(
                'mastery needs %s: %s, now %s',
                CASE c.figures ->> 'name'
                    WHEN 'accuracy.questions' THEN 'questions answered'
                    WHEN 'accuracy.percent' THEN 'percent correct'
                    WHEN 'top_level.grade_level' THEN 'grade level'
                    WHEN 'list_complete' THEN 'complete fact types'
                    WHEN 'm_of_n' THEN 'good results lately'
                    WHEN 'score' THEN 'best score'
                    ELSE 'good sessions in a row'
                END,
                c.figures ->> 'needed', c.figures ->> 'value'
            )
            FROM jsonb_array_elements(
                p_module -> 'conditions'
            ) WITH ORDINALITY AS c (figures, place)
            WHERE c.figures @> '{"holds": false}'
            AND jsonb_typeof(c.figures -> 'value') = 'number'
            AND jsonb_typeof(c.figures -> 'needed') = 'number'
            ORDER BY c.place
            LIMIT 1
        )
    );
END
$hg__ai_rules_mastery$;

REVOKE ALL ON FUNCTION hg__ai_rules_mastery FROM public;
