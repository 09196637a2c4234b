-- Whether a table has these columns, all of them.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_has(
    p_relation regclass, p_columns text[]
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_has$
BEGIN
    RETURN p_columns <@ ARRAY(
        SELECT a.attname::text
        FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped
    );
END
$hg__legacy_view_has$;

REVOKE ALL ON FUNCTION hg__legacy_view_has FROM public;
