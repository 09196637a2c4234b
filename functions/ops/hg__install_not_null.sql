-- One step of making the document column NOT NULL, once every learner has one; what the step was.
-- The CHECK is there so that only its validation, which holds nobody up, reads the table.
-- Writes: hg_installation (and users' constraints). Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__install_not_null() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_not_null$
DECLARE
    v_proved boolean := (
        SELECT c.convalidated FROM pg_constraint AS c
        WHERE c.conrelid = 'users'::regclass AND c.conname = 'users_hidden_grade_asset_present'
    );
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset' AND a.attnotnull
    ) THEN
        ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_present;
        UPDATE hg_installation AS i SET settled = true;
        RETURN 'every learner has a document';
    ELSIF v_proved IS NULL THEN
        ALTER TABLE users ADD CONSTRAINT users_hidden_grade_asset_present
            CHECK (hidden_grade_asset IS NOT NULL) NOT VALID;
        RETURN 'documents required';
    ELSIF NOT v_proved THEN
        ALTER TABLE users VALIDATE CONSTRAINT users_hidden_grade_asset_present;
        RETURN 'documents proved present';
    END IF;
    ALTER TABLE users ALTER COLUMN hidden_grade_asset SET NOT NULL;
    RETURN 'document column is NOT NULL';
END
$hg__install_not_null$;

REVOKE ALL ON FUNCTION hg__install_not_null FROM public;
