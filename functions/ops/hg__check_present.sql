-- Refuses a NULL argument.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_present(
    p_argument text, p_value text, p_domain text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_present$
BEGIN
    IF p_value IS NULL THEN
        PERFORM hg__raise_argument(p_argument, p_value, p_domain);
    END IF;
END
$hg__check_present$;

REVOKE ALL ON FUNCTION hg__check_present FROM public;
