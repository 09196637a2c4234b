-- The stored receipt of an activity that the call repeats; NULL: its id is new. One that was
-- reversed says so.
-- Writes: nothing. Calls: hg__repeats, hg__reversed, hg__activity_receipt, hg__raise_id_reused.
-- Raises: LG409.
CREATE OR REPLACE FUNCTION hg__replay(p_call hg_ledger) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__replay$
DECLARE
    v_stored hg_ledger%ROWTYPE;
BEGIN
    SELECT l.* INTO v_stored
    FROM hg_ledger AS l
    WHERE l.user_id = p_call.user_id AND l.id = p_call.id;
    IF NOT found THEN
        RETURN NULL;
    END IF;
    IF NOT hg__repeats(v_stored, p_call) THEN
        PERFORM hg__raise_id_reused(v_stored);
    END IF;
    RETURN hg__activity_receipt(v_stored, true) || CASE
        WHEN p_call.id = ANY (hg__reversed(p_call.user_id)) THEN '{"reversed": true}'
        ELSE '{}'
    END::jsonb;
END
$hg__replay$;

REVOKE ALL ON FUNCTION hg__replay FROM public;
