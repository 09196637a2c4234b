-- The module that a name of the older application stands for; NULL: the catalog knows none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_module(p_name text, p_catalog jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_module$
BEGIN
    RETURN coalesce(
        p_catalog -> 'names' ->> p_name,
        (
            SELECT e.value
            FROM jsonb_each_text(p_catalog -> 'endings') AS e
            WHERE starts_with(p_name, e.key)
            ORDER BY e.value
            LIMIT 1
        )
    );
END
$hg__legacy_plan_module$;

REVOKE ALL ON FUNCTION hg__legacy_plan_module FROM public;
