-- The parts of a learner's page, of a sound document as true now.
-- Writes: nothing. Calls: hg__report_start, hg__report_section, hg__report_figures, hg__streak_at,
-- hg__report_streak, hg__report_tokens, hg__day_at, hg__report_modules, hg__report_analysis,
-- hg__report_map. Raises: nothing for a sound document.
CREATE OR REPLACE FUNCTION hg__report_learner(
    p_user_id users.id%TYPE, p_document jsonb, p_stored jsonb, p_user_grade smallint,
    p_settings hg_rules, p_time_zone text
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_learner$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_stored jsonb := p_stored -> 'global_stats';
BEGIN
    IF v_stats ->> 'activity_date' IS NULL AND v_stats ->> 'total_sessions_completed' = '0' THEN
        RETURN hg__report_start(v_stats, p_settings.modules);
    END IF;
    RETURN concat(
        hg__report_section('figures', 'wide', 'At a glance', hg__report_figures(v_stats)),
        hg__report_section('streak', 'half', 'The streak', CASE
            WHEN v_stats ->> 'activity_date' IS NOT NULL THEN hg__report_streak(
                hg__streak_at(p_user_id, v_stored, now(), p_settings), p_time_zone
            )
        END),
        hg__report_section('tokens', 'half', 'Tokens, week by week', hg__report_tokens(
            p_user_id, hg__day_at(v_stored, now(), p_settings)
        )),
        hg__report_section('modules', 'wide', 'Modules', hg__report_modules(
            p_document, p_settings.rules_version, p_user_grade
        )),
        hg__report_section(
            'analysis', 'wide', 'Strengths and weaknesses',
            hg__report_analysis(p_user_id, p_stored)
        ),
        hg__report_section('moves', 'wide', 'From module to module', hg__report_map(
            nullif(p_document #> '{cross_module_analytics,learning_patterns_between_modules}', '{}')
        ))
    );
END
$hg__report_learner$;

REVOKE ALL ON FUNCTION hg__report_learner FROM public;
