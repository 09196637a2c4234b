-- Refuses a reason that says nothing or too much.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_reason(p_reason text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_reason$
BEGIN
    IF (btrim(p_reason) <> '' AND length(p_reason) <= 500) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_reason', p_reason, 'Say why, in 1 to 500 characters.');
    END IF;
END
$hg__check_reason$;

REVOKE ALL ON FUNCTION hg__check_reason FROM public;
