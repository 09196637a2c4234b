-- A learner as a class page needs one: {id, name, stats, today, attention, modules}, as true now.
-- One damaged document must not stop a class: its stats are null.
-- Writes: nothing. Calls: hg__day_at, hg__report_counts, hg__stats_at, hg__report_attention,
-- hg__report_played. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__report_member(
    p_user_id users.id%TYPE, p_name text, p_document jsonb, p_settings hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_member$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_modules jsonb := '{}';
    v_today date;
BEGIN
    BEGIN
        v_today := hg__day_at(v_stats, now(), p_settings);
        v_stats := hg__report_counts(hg__stats_at(p_user_id, v_stats, now(), p_settings));
        v_modules := hg__report_played(p_document -> 'modules');
    EXCEPTION
        WHEN data_exception THEN
            v_stats := NULL;
    END;
    RETURN jsonb_build_object(
        'id', p_user_id, 'name', p_name, 'stats', v_stats, 'today', v_today,
        'attention', hg__report_attention(v_stats, v_today), 'modules', v_modules
    );
END
$hg__report_member$;

REVOKE ALL ON FUNCTION hg__report_member FROM public;
