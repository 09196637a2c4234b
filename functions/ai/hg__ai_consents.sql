-- Whether analyses may be made of a learner: the column that ai_consent_column names must be true.
-- Without that setting nobody is asked; a column that has gone means no.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_consents(p_user_id users.id%TYPE) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_consents$
DECLARE
    v_column text := (
        SELECT s.value #>> '{}' FROM hg_settings AS s WHERE s.name = 'ai_consent_column'
    );
    v_consents boolean;
BEGIN
    IF v_column IS NULL THEN
        RETURN true;
    END IF;
    -- Once the table has been read, nobody drops the column before the transaction ends.
    PERFORM FROM users AS u WHERE u.id = p_user_id;
    IF EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = v_column
        AND a.atttypid = 'boolean'::regtype AND a.attnum > 0 AND NOT a.attisdropped
    ) THEN
        EXECUTE format('SELECT u.%I FROM users AS u WHERE u.id = $1', v_column) -- dynamic: setting
        INTO v_consents
        USING p_user_id;
    END IF;
    RETURN coalesce(v_consents, false);
END
$hg__ai_consents$;

REVOKE ALL ON FUNCTION hg__ai_consents FROM public;
