-- A change of zone: at once (details.from null, the learner had no activity), else waiting until
-- its instant. One that waits is replaced; one whose instant has passed is in force first. The
-- zone that is in force already is no change, it only ends one that waits.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_time_zone(p_document jsonb, p_entry hg_ledger) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_time_zone$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_zone jsonb := p_entry.details -> 'time_zone';
    v_from jsonb := p_entry.details -> 'from';
BEGIN
    IF (v_stats ->> 'time_zone_next_from')::timestamptz <= p_entry.occurred_at THEN
        v_stats := v_stats || jsonb_build_object('time_zone', v_stats -> 'time_zone_next');
    END IF;
    IF v_from = 'null' OR v_zone = v_stats -> 'time_zone' THEN
        v_from := 'null';
        v_stats := v_stats || jsonb_build_object('time_zone', v_zone);
        v_zone := 'null';
    END IF;
    RETURN p_document || jsonb_build_object('global_stats', v_stats || jsonb_build_object(
        'time_zone_next', v_zone, 'time_zone_next_from', v_from
    ));
END
$hg__fold_time_zone$;

REVOKE ALL ON FUNCTION hg__fold_time_zone FROM public;
