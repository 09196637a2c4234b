-- The receipt of a change by a person: what it is, the balance after it, and what it changed.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__entry_receipt(
    p_entry hg_ledger, p_before jsonb, p_after jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__entry_receipt$
DECLARE
    v_stats jsonb := p_after -> 'global_stats';
    v_block jsonb := p_after -> 'modules' -> p_entry.module;
    v_progress jsonb := v_block -> 'progress';
    v_granted bigint := (v_stats ->> 'total_tokens_earned')::bigint
    - (p_before #>> '{global_stats,total_tokens_earned}')::bigint;
BEGIN
    RETURN jsonb_build_object(
        'id', p_entry.id,
        'replayed', false,
        'kind', p_entry.kind,
        'tokens', v_stats -> 'tokens',
        'total_tokens_earned', v_stats -> 'total_tokens_earned'
    ) || CASE p_entry.kind
        WHEN 'spend' THEN jsonb_build_object(
            'amount', p_entry.details -> 'amount',
            'reason', p_entry.details -> 'reason',
            'total_tokens_spent', v_stats -> 'total_tokens_spent'
        )
        WHEN 'grant' THEN jsonb_build_object(
            'amount', p_entry.details -> 'amount',
            'reason', p_entry.details -> 'reason',
            'tokens_awarded', v_granted,
            'capped_by',
            CASE WHEN v_granted < (p_entry.details ->> 'amount')::bigint THEN 'range' END
        )
        WHEN 'time_zone' THEN jsonb_build_object(
            'time_zone', v_stats -> 'time_zone',
            'time_zone_next', v_stats -> 'time_zone_next',
            'time_zone_next_from', v_stats -> 'time_zone_next_from'
        )
        WHEN 'preferred_difficulty' THEN jsonb_build_object(
            'module', p_entry.module,
            'preferred_difficulty', v_progress -> 'preferred_difficulty'
        )
        WHEN 'mastery' THEN jsonb_build_object(
            'module', p_entry.module,
            'mastery_level', v_progress -> 'mastery_level',
            'mastery_override', v_progress -> 'mastery_override'
        )
        WHEN 'pause' THEN p_entry.details
        WHEN 'reversal' THEN p_entry.details || jsonb_build_object(
            'module', p_entry.module,
            'tokens_reversed', -v_granted,
            'streak_days', v_stats -> 'streak_days',
            'grade_level', v_block -> 'grade_level',
            'mastery_level', v_progress -> 'mastery_level',
            'preferred_difficulty', v_progress -> 'preferred_difficulty'
        )
        WHEN 'reevaluation' THEN jsonb_build_object(
            'module', p_entry.module,
            'mastery_level', v_progress -> 'mastery_level'
        )
        WHEN 'adjustment' THEN p_entry.details
        WHEN 'reset' THEN jsonb_build_object(
            'module', p_entry.module,
            'reason', p_entry.details -> 'reason',
            'grade_level', v_block -> 'grade_level',
            'mastery_level', v_progress -> 'mastery_level',
            'preferred_difficulty', v_progress -> 'preferred_difficulty'
        )
    END;
END
$hg__entry_receipt$;

REVOKE ALL ON FUNCTION hg__entry_receipt FROM public;
