-- The learners whose document may have changed: those with newer rows in the ledger than p_after,
-- and those who are due. Repeats occur.
-- Without the setting a ledger that was never analysed would be read whole.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_changed(p_after bigint)
RETURNS TABLE (user_id users.id%TYPE)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
ROWS 10000
SET search_path FROM CURRENT
SET enable_seqscan TO 'off'
AS $hg__standings_changed$
BEGIN
    RETURN QUERY
    SELECT l.user_id FROM hg_ledger AS l WHERE l.ledger_id > p_after
    UNION ALL
    SELECT d.user_id FROM hg_standings_due AS d;
END
$hg__standings_changed$;

REVOKE ALL ON FUNCTION hg__standings_changed FROM public;
