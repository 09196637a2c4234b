-- The receipt of an activity, from its ledger row.
-- Writes: nothing. Calls: hg__score, hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__activity_receipt(
    p_entry hg_ledger, p_replayed boolean
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__activity_receipt$
BEGIN
    RETURN jsonb_build_object(
        'activity_id', p_entry.id,
        'replayed', p_replayed,
        'module', p_entry.module,
        'run_type', p_entry.run_type,
        'occurred_at', hg__exact_instant_text(p_entry.occurred_at),
        'local_day', p_entry.local_day,
        'score', hg__score(p_entry),
        'good', p_entry.good,
        'tokens_awarded', p_entry.tokens_awarded,
        'tokens_requested', p_entry.tokens_requested,
        'capped_by', p_entry.capped_by,
        'tokens', p_entry.tokens,
        'daily_tokens', p_entry.daily_tokens,
        'streak_days', p_entry.streak_days,
        'streak', p_entry.streak,
        'grade_level', p_entry.grade_level,
        'level_change', p_entry.level_change,
        'mastery_level', p_entry.mastery_level,
        'mastery_changed', p_entry.mastery_changed,
        'preferred_difficulty', p_entry.preferred_difficulty,
        'warnings', CASE WHEN p_entry.clock_ahead THEN '["clock_ahead"]' ELSE '[]' END::jsonb
        || CASE
            WHEN p_entry.too_late THEN '["too_late"]'
            WHEN p_entry.late THEN '["late"]'
            ELSE '[]'
        END::jsonb
    );
END
$hg__activity_receipt$;

REVOKE ALL ON FUNCTION hg__activity_receipt FROM public;
