-- Drops the columns of users that mirror the document, and preferred_difficulty. last_active stays,
-- and follows the document still.
-- Writes: nothing (users' columns). Calls: hg__legacy_mirrored_columns,
-- hg__legacy_detach_mirrors, hg__legacy_attach_mirrors. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_drop_columns() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_drop_columns$
DECLARE
    v_drops text := (
        SELECT string_agg(format('DROP COLUMN %I', c.name), ', ')
        FROM unnest(hg__legacy_mirrored_columns()) AS c (name)
        WHERE c.name <> 'last_active'
    );
BEGIN
    PERFORM hg__legacy_detach_mirrors();
    IF v_drops IS NOT NULL THEN
        -- @plpgsql_check_options: security_warnings = off
        EXECUTE format( -- dynamic: which columns users has
            'ALTER TABLE users %s', v_drops
        );
    END IF;
    ALTER TABLE users DROP COLUMN IF EXISTS preferred_difficulty;
    PERFORM hg__legacy_attach_mirrors();
END
$hg__legacy_drop_columns$;

REVOKE ALL ON FUNCTION hg__legacy_drop_columns FROM public;
