-- The columns of users that there are and that mirror the document after the cutover.
-- Writes: nothing. Calls: hg__legacy_mirrored. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mirrored_columns() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mirrored_columns$
BEGIN
    RETURN ARRAY(
        SELECT a.attname::text
        FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND hg__legacy_mirrored(NULL) ? a.attname::text
        ORDER BY a.attnum
    );
END
$hg__legacy_mirrored_columns$;

REVOKE ALL ON FUNCTION hg__legacy_mirrored_columns FROM public;
