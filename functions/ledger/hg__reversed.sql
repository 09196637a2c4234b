-- The activities of a learner that were reversed, by what had been recorded by an instant.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__reversed(
    p_user_id users.id%TYPE, p_recorded_by timestamptz DEFAULT 'infinity'
) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__reversed$
BEGIN
    RETURN ARRAY(
        SELECT (l.details ->> 'activity_id')::uuid
        FROM hg_ledger AS l
        WHERE l.user_id = p_user_id AND l.kind = 'reversal' AND l.recorded_at <= p_recorded_by
    );
END
$hg__reversed$;

REVOKE ALL ON FUNCTION hg__reversed FROM public;
