-- The instant before which a setting in days lets things go; NULL: it is null.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__retention_horizon(
    p_setting text, p_at timestamptz
) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__retention_horizon$
BEGIN
    RETURN p_at - (
        SELECT nullif(s.value, 'null')::integer FROM hg_settings AS s WHERE s.name = p_setting
    ) * interval '24 hours';
END
$hg__retention_horizon$;

REVOKE ALL ON FUNCTION hg__retention_horizon FROM public;
