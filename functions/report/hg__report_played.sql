-- The modules of a document that were played, each with what a class page shows of it.
-- Writes: nothing. Calls: hg__is_block. Raises: nothing for a sound document.
CREATE OR REPLACE FUNCTION hg__report_played(p_modules jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_played$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(m.key, jsonb_build_object(
            'grade', m.value -> 'grade_level',
            'sessions', p.sessions_completed,
            'questions', p.total_questions_answered,
            'correct', p.correct_answers,
            'mastered', p.mastery_level
        )), '{}')
        FROM jsonb_each(p_modules) AS m
        CROSS JOIN LATERAL jsonb_to_record(m.value -> 'progress') AS p (
            sessions_completed bigint, total_questions_answered bigint, correct_answers bigint,
            mastery_level boolean
        )
        WHERE hg__is_block(m.value) AND p.sessions_completed > 0
    );
END
$hg__report_played$;

REVOKE ALL ON FUNCTION hg__report_played FROM public;
