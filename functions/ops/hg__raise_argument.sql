-- 22023 for one argument.
-- Writes: nothing. Calls: nothing. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__raise_argument(
    p_argument text, p_value text, p_domain text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_argument$
BEGIN
    RAISE EXCEPTION 'invalid argument %', p_argument USING
        ERRCODE = 'invalid_parameter_value',
        DETAIL = format(
            '%s is %s.', p_argument, coalesce(quote_literal(left(p_value, 200)), 'null')
        ),
        HINT = p_domain;
END
$hg__raise_argument$;

REVOKE ALL ON FUNCTION hg__raise_argument FROM public;
