-- Adds the staging column to users; whether it was missing. Nullable, without a default: no row is
-- touched. It and the checkpoints are compressed as the document will be, where the server can.
-- Writes: nothing. Calls: hg__legacy_has_column. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_add_column() RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_add_column$
BEGIN
    IF hg__legacy_has_column('hidden_grade_asset_next') THEN
        RETURN false;
    END IF;
    ALTER TABLE users ADD COLUMN hidden_grade_asset_next jsonb;
    IF EXISTS (
        SELECT FROM pg_settings AS s
        WHERE s.name = 'default_toast_compression' AND 'lz4' = ANY (s.enumvals)
    ) THEN
        ALTER TABLE users ALTER COLUMN hidden_grade_asset_next SET COMPRESSION lz4;
        ALTER TABLE hg_ledger ALTER COLUMN document SET COMPRESSION lz4;
    END IF;
    RETURN true;
END
$hg__legacy_add_column$;

REVOKE ALL ON FUNCTION hg__legacy_add_column FROM public;
