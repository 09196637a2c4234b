-- The zone in force for a learner at an instant of the past, from the changes in the ledger: a
-- change waits until its own instant, and one that still waits is replaced by the next. NULL:
-- the installation's default.
-- Writes: nothing. Calls: hg__checkpoint. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__zone_at(
    p_user_id users.id%TYPE, p_instant timestamptz
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__zone_at$
DECLARE
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id);
    v_stats jsonb := v_checkpoint.document -> 'global_stats';
    v_zone text := v_stats ->> 'time_zone';
    v_next text := v_stats ->> 'time_zone_next';
    v_next_from timestamptz := (v_stats ->> 'time_zone_next_from')::timestamptz;
    v_change record;
BEGIN
    FOR v_change IN
        SELECT
            l.recorded_at,
            l.details ->> 'time_zone' AS time_zone,
            (l.details ->> 'from')::timestamptz AS in_force_from
        FROM hg_ledger AS l
        WHERE l.user_id = p_user_id AND l.kind = 'time_zone'
        AND l.ledger_id > v_checkpoint.ledger_id
        ORDER BY l.ledger_id
    LOOP
        IF v_change.in_force_from IS NULL THEN
            -- At once: it has no start, and governs what occurred before it was set, too.
            v_zone := v_change.time_zone;
            v_next_from := NULL;
            CONTINUE;
        ELSIF v_next_from <= v_change.recorded_at THEN
            EXIT WHEN p_instant < v_next_from;
            v_zone := v_next;
        END IF;
        v_next := v_change.time_zone;
        v_next_from := v_change.in_force_from;
    END LOOP;
    RETURN CASE WHEN p_instant >= v_next_from THEN v_next ELSE v_zone END;
END
$hg__zone_at$;

REVOKE ALL ON FUNCTION hg__zone_at FROM public;
