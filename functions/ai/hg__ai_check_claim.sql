-- Refuses the arguments of a claim.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__ai_check_claim(
    p_worker text, p_limit integer, p_lease interval
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_claim$
BEGIN
    IF (length(p_worker) BETWEEN 1 AND 200) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_worker', p_worker, 'A name has 1 to 200 characters.');
    ELSIF (p_limit BETWEEN 1 AND 100) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_limit', p_limit::text, 'A limit is 1 to 100 jobs.');
    ELSIF (p_lease BETWEEN interval '1 second' AND interval '1 day') IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_lease', p_lease::text, 'A lease is 1 second to 1 day.');
    END IF;
END
$hg__ai_check_claim$;

REVOKE ALL ON FUNCTION hg__ai_check_claim FROM public;
