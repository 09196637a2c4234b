-- What a person did to one module: its difficulty set, its mastery overridden, all of it reset, or
-- its mastery judged anew by other rules. A reset keeps tokens_earned, test_rewarded, mastered_at
-- and every key this code does not know.
-- Writes: nothing. Calls: hg__start_block, hg__mastery_level, hg__mastery_holds,
-- hg__best_categories, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_module_change(
    p_document jsonb, p_entry hg_ledger, p_rules hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_module_change$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_modules jsonb := p_document -> 'modules';
    v_block jsonb := v_modules -> p_entry.module;
    v_progress jsonb := v_block -> 'progress';
    v_best record;
BEGIN
    CASE p_entry.kind
    WHEN 'preferred_difficulty' THEN
        v_progress := v_progress || jsonb_build_object(
            'preferred_difficulty', p_entry.details -> 'preferred_difficulty',
            'recent_questions', 0, 'recent_correct', 0
        );
    WHEN 'mastery' THEN
        v_progress := v_progress || jsonb_build_object(
            'mastery_override', p_entry.details -> 'mastery_override'
        );
    WHEN 'reset' THEN
        v_progress := v_progress
            || (hg__start_block(p_rules, p_entry.user_grade) -> 'progress')
            || jsonb_build_object(
                'tokens_earned', v_progress -> 'tokens_earned',
                'test_rewarded', v_progress -> 'test_rewarded',
                'mastered_at', v_progress -> 'mastered_at'
            );
        v_block := v_block || hg__start_block(p_rules, p_entry.user_grade);
    WHEN 'reevaluation' THEN
        IF v_progress -> 'mastered_at' = 'null'
            AND hg__mastery_holds(p_rules, v_block, p_entry.user_grade)
        THEN
            v_progress := v_progress || jsonb_build_object(
                'mastered_at', hg__instant_text(p_entry.occurred_at)
            );
        END IF;
    END CASE;

    v_block := v_block || jsonb_build_object('progress', v_progress);
    -- The difficulty says nothing about mastery, whatever rule may have come into force meanwhile.
    IF p_entry.kind <> 'preferred_difficulty' THEN
        v_block := v_block || jsonb_build_object('progress', v_progress || jsonb_build_object(
            'mastery_level', hg__mastery_level(p_rules, v_block, p_entry.user_grade)
        ));
    END IF;
    v_modules := v_modules || jsonb_build_object(p_entry.module, v_block);
    IF p_entry.kind = 'reset' THEN
        v_best := hg__best_categories(v_modules);
        v_stats := v_stats || jsonb_build_object(
            'fastest_category', v_best.o_fastest, 'highest_score_category', v_best.o_highest
        );
    END IF;
    RETURN p_document || jsonb_build_object('modules', v_modules, 'global_stats', v_stats);
END
$hg__fold_module_change$;

REVOKE ALL ON FUNCTION hg__fold_module_change FROM public;
