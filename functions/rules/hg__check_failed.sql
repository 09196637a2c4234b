-- The refusal of a catalog row or a setting: what, where inside it, its value, its domain.
-- Writes: nothing. Calls: nothing. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_failed(
    p_what text, p_path text, p_value text, p_domain text
) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_failed$
BEGIN
    RAISE EXCEPTION '% is out of its domain', p_what USING
        ERRCODE = 'invalid_parameter_value',
        DETAIL = format('%s is %s.', p_path, coalesce(left(p_value, 200), 'NULL')),
        HINT = format('The domain: %s.', p_domain);
END
$hg__check_failed$;

REVOKE ALL ON FUNCTION hg__check_failed FROM public;
