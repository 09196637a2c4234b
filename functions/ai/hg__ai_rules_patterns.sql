-- learning_patterns of a learner or of one module: how much is correct, what is mastered, and the
-- trend.
-- Writes: nothing. Calls: hg__ai_rules_correct, hg__ai_rules_count, hg__ai_rules_trend,
-- hg__ai_rules_finding. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_patterns(p_input jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_patterns$
DECLARE
    v_module jsonb := p_input -> 'module';
    v_all jsonb := coalesce(v_module, p_input -> 'totals');
    v_correct text := hg__ai_rules_correct(v_all);
    v_sessions text := hg__ai_rules_count(v_all ->> 'sessions', 'session');
BEGIN
    RETURN hg__ai_rules_finding(
        p_input,
        concat_ws(
            ' ',
            coalesce(
                v_correct || ' correct in ' || v_sessions || '.',
                v_sessions || ', of which no questions are known.'
            ),
            CASE
                WHEN v_module IS NULL THEN format(
                    '%s tried, %s of them mastered.',
                    hg__ai_rules_count(v_all ->> 'modules_tried', 'module'),
                    v_all ->> 'modules_mastered'
                )
                WHEN (v_module ->> 'mastered')::boolean THEN 'The module is mastered.'
                ELSE 'The module is not mastered yet.'
            END,
            CASE WHEN v_module ->> 'recent_sessions' <> '0' THEN format(
                '%s good among the last %s.', v_module ->> 'recent_good',
                hg__ai_rules_count(v_module ->> 'recent_sessions', 'result')
            ) END,
            hg__ai_rules_trend(p_input -> 'habits')
        ),
        CASE WHEN v_module IS NULL
            THEN ARRAY[
                'totals.accuracy', 'totals.questions', 'totals.sessions', 'totals.modules_tried',
                'totals.modules_mastered', 'habits.accuracy_recent', 'habits.accuracy_before'
            ]
            ELSE ARRAY[
                'module.accuracy', 'module.questions', 'module.recent_good',
                'module.recent_sessions', 'habits.accuracy_recent', 'habits.accuracy_before'
            ]
        END
    );
END
$hg__ai_rules_patterns$;

REVOKE ALL ON FUNCTION hg__ai_rules_patterns FROM public;
