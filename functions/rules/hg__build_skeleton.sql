-- The document of a new learner under a version of the rules: every active module at its start.
-- It is kept with the version (hg_rule_versions.skeleton); ask hg__skeleton.
-- Writes: nothing. Calls: hg__start_block. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__build_skeleton(p_rules_version integer) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__build_skeleton$
DECLARE
    v_modules jsonb := '{}';
    v_freezes integer := 0;
    v_rules hg_rules;
BEGIN
    -- A variable has the type that the function wants; a row of a distributed table may not.
    FOR v_rules IN SELECT r.* FROM hg_rules AS r WHERE r.rules_version = p_rules_version LOOP
        v_freezes := v_rules.streak_freeze_initial;
        IF v_rules.active THEN
            v_modules := v_modules
                || jsonb_build_object(v_rules.module, hg__start_block(v_rules, NULL));
        END IF;
    END LOOP;

    RETURN jsonb_build_object(
        'version', 1,
        'global_stats', jsonb_build_object(
            'tokens', 0,
            'total_tokens_earned', 0,
            'total_tokens_spent', 0,
            'daily_tokens', 0,
            'streak_days', 0,
            'longest_streak_days', 0,
            'streak_freezes', v_freezes,
            'activity_date', NULL,
            'time_zone', NULL,
            'time_zone_next', NULL,
            'time_zone_next_from', NULL,
            'total_questions_answered', 0,
            'total_correct_answers', 0,
            'total_sessions_completed', 0,
            'total_time_spent', 0,
            'daily_time_spent', 0,
            'daily_engagement_minutes', 0,
            'fastest_category', NULL,
            'highest_score_category', NULL,
            'last_active', NULL,
            'last_module', NULL
        ),
        'modules', v_modules,
        'ai_analytics', jsonb_build_object(
            'analysis_date', NULL,
            'learning_patterns', '{}'::jsonb,
            'strengths', '[]'::jsonb,
            'areas_for_improvement', '[]'::jsonb,
            'engagement_analysis', '{}'::jsonb,
            'suggested_activities', '[]'::jsonb,
            'weaknesses', '[]'::jsonb,
            'datetime_generated', NULL,
            'source', NULL,
            'model', NULL,
            'stale', false
        ),
        'cross_module_analytics', jsonb_build_object(
            'learning_patterns_between_modules', '{}'::jsonb,
            'module_transition_success_rate', '{}'::jsonb,
            'preferred_learning_sequence', '[]'::jsonb,
            'cross_concept_mastery', '{}'::jsonb,
            'ai_analytics', NULL
        )
    );
END
$hg__build_skeleton$;

REVOKE ALL ON FUNCTION hg__build_skeleton FROM public;
