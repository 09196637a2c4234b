-- The days paused for single learners, as text.
-- Without the setting a ledger that was never analysed would be read whole.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_pauses()
RETURNS TABLE (user_id users.id%TYPE, pauses text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET enable_seqscan TO 'off'
AS $hg__standings_pauses$
BEGIN
    RETURN QUERY
    SELECT
        l.user_id,
        range_agg(daterange(
            (l.details ->> 'from')::date, (l.details ->> 'to')::date, '[]'
        ))::text
    FROM hg_ledger AS l
    WHERE l.kind = 'pause'
    GROUP BY l.user_id;
END
$hg__standings_pauses$;

REVOKE ALL ON FUNCTION hg__standings_pauses FROM public;
