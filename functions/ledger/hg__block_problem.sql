-- What is wrong with one module block, as 'path: problem'; NULL: nothing.
-- Writes: nothing. Calls: hg__section_problem, hg__more_correct. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__block_problem(p_path text, p_block jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__block_problem$
DECLARE
    v_progress jsonb := p_block -> 'progress';
    v_path text := p_path || '.progress';
BEGIN
    RETURN coalesce(
        hg__section_problem('block', p_path, p_block),
        hg__section_problem('progress', v_path, v_progress),
        hg__section_problem(
            'mastery_override', v_path || '.mastery_override',
            nullif(v_progress -> 'mastery_override', 'null')
        ),
        hg__section_problem(
            'ai_analytics', p_path || '.ai_analytics', nullif(p_block -> 'ai_analytics', 'null')
        ),
        hg__more_correct(v_path, v_progress, 'correct_answers', 'total_questions_answered'),
        hg__more_correct(v_path, v_progress, 'recent_correct', 'recent_questions')
    );
END
$hg__block_problem$;

REVOKE ALL ON FUNCTION hg__block_problem FROM public;
