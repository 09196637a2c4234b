-- One step of turning a document column of type json, in which nothing is stored, into jsonb
-- without rewriting the table; what the step was, NULL where nothing is to be done. A table with
-- rows gets a new column, once a CHECK has proved the old one empty: the proof reads the table, but
-- holds nobody up.
-- Writes: users. Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__install_jsonb_column() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_jsonb_column$
DECLARE
    v_comment text;
    v_proved boolean := (
        SELECT c.convalidated FROM pg_constraint AS c
        WHERE c.conrelid = 'users'::regclass AND c.conname = 'users_hidden_grade_asset_unused'
    );
BEGIN
    SELECT coalesce(col_description(a.attrelid, a.attnum), '')
    INTO v_comment
    FROM pg_attribute AS a
    WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'
    AND a.atttypid = 'json'::regtype;
    IF NOT found THEN
        RETURN NULL;
    ELSIF NOT EXISTS (SELECT FROM users AS u) THEN
        ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_unused;
        ALTER TABLE users
            ALTER COLUMN hidden_grade_asset TYPE jsonb USING hidden_grade_asset::jsonb;
    ELSIF v_proved IS NULL THEN
        ALTER TABLE users ADD CONSTRAINT users_hidden_grade_asset_unused
            CHECK (hidden_grade_asset IS NULL) NOT VALID;
        RETURN 'closing the empty json column';
    ELSIF NOT v_proved THEN
        ALTER TABLE users VALIDATE CONSTRAINT users_hidden_grade_asset_unused;
        RETURN 'proving the json column empty';
    ELSE
        -- The constraint goes with its column.
        ALTER TABLE users DROP COLUMN hidden_grade_asset;
        ALTER TABLE users ADD COLUMN hidden_grade_asset jsonb;
        EXECUTE format( -- dynamic: COMMENT takes a literal only
            'COMMENT ON COLUMN users.hidden_grade_asset IS %L', v_comment
        );
    END IF;
    RETURN 'json column turned into jsonb';
EXCEPTION
    -- The old application has stored a document after all: the next look will find it.
    WHEN check_violation THEN
        ALTER TABLE users DROP CONSTRAINT users_hidden_grade_asset_unused;
        RETURN 'the json column is in use';
END
$hg__install_jsonb_column$;

REVOKE ALL ON FUNCTION hg__install_jsonb_column FROM public;
