-- LG405 for a module.
-- Writes: nothing. Calls: hg__module_names. Raises: LG405.
CREATE OR REPLACE FUNCTION hg__raise_unknown_module(p_module text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_unknown_module$
DECLARE
    v_inactive boolean := p_module = ANY (hg__module_names());
BEGIN
    RAISE EXCEPTION 'unknown or inactive module' USING
        ERRCODE = 'LG405',
        DETAIL = format(
            CASE WHEN v_inactive THEN 'Module %L is not active.' ELSE 'There is no module %L.' END,
            left(p_module, 100)
        ),
        HINT = 'SELECT module FROM hg_modules WHERE active lists the modules; names are exact, '
            'older names are for the import only.';
END
$hg__raise_unknown_module$;

REVOKE ALL ON FUNCTION hg__raise_unknown_module FROM public;
