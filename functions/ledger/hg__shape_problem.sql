-- What is wrong with the keys of a document, its size aside; as hg__document_problem. Never raises:
-- coalesce stops at the first problem, so each part may count on those before it.
-- Writes: nothing. Calls: hg__section_problem, hg__modules_problem, hg__pairs_problem,
-- hg__more_correct. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__shape_problem(p_document jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__shape_problem$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_cross jsonb := p_document -> 'cross_module_analytics';
BEGIN
    IF coalesce(jsonb_typeof(p_document), 'null') <> 'object' THEN
        RETURN 'hidden_grade_asset: must be an object';
    END IF;

    RETURN coalesce(
        hg__section_problem('document', '', p_document),
        hg__section_problem('global_stats', 'global_stats', v_stats),
        hg__more_correct(
            'global_stats', v_stats, 'total_correct_answers', 'total_questions_answered'
        ),
        hg__modules_problem(p_document -> 'modules'),
        hg__section_problem('ai_analytics', 'ai_analytics', p_document -> 'ai_analytics'),
        hg__section_problem('cross_module_analytics', 'cross_module_analytics', v_cross),
        hg__pairs_problem(v_cross -> 'learning_patterns_between_modules')
    );
END
$hg__shape_problem$;

REVOKE ALL ON FUNCTION hg__shape_problem FROM public;
