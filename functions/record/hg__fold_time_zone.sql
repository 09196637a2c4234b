-- A change of zone: at once (details.from null, the learner had no activity), else waiting until its
-- instant. One that waits is replaced; one whose instant has passed is in force first.
-- Writes: nothing. Calls: hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_time_zone(p_document jsonb, p_entry hg_ledger) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_time_zone$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_zone jsonb := p_entry.details -> 'time_zone';
    v_from jsonb := p_entry.details -> 'from';
BEGIN
    RETURN p_document || jsonb_build_object(
        'global_stats',
        v_stats || CASE
            WHEN v_from = 'null' THEN jsonb_build_object(
                'time_zone', v_zone, 'time_zone_next', NULL, 'time_zone_next_from', NULL
            )
            ELSE jsonb_build_object(
                'time_zone', CASE
                    WHEN (v_stats ->> 'time_zone_next_from')::timestamptz <= p_entry.occurred_at
                        THEN v_stats -> 'time_zone_next'
                    ELSE v_stats -> 'time_zone'
                END,
                'time_zone_next', v_zone,
                'time_zone_next_from', v_from
            )
        END
    );
END
$hg__fold_time_zone$;

REVOKE ALL ON FUNCTION hg__fold_time_zone FROM public;
