-- Refuses days that are no pause: it begins on p_earliest or later, and ends on its first day or
-- later.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_pause(p_from date, p_to date, p_earliest date) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_pause$
BEGIN
    IF (p_from BETWEEN p_earliest AND '9999-12-31') IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_from', to_jsonb(p_from) #>> '{}', 'A pause begins today or later.'
        );
    ELSIF (p_to BETWEEN p_from AND '9999-12-31') IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_to', to_jsonb(p_to) #>> '{}',
            'A pause ends on its first day or later, and before the year 10000.'
        );
    END IF;
END
$hg__check_pause$;

REVOKE ALL ON FUNCTION hg__check_pause FROM public;
