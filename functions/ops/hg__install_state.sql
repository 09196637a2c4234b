-- One step towards the installation's state: pending where there is something legacy, none where
-- the API is live at once, its triggers attached; what the step was.
-- Writes: hg_installation, users (its column's type). Calls: hg__install_legacy_found,
-- hg__install_jsonb_column, hg__attach_users_triggers. Raises: 55P03.
CREATE OR REPLACE FUNCTION hg__install_state() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_state$
DECLARE
    v_step text;
BEGIN
    IF hg__install_legacy_found() THEN
        ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_unused;
        UPDATE hg_installation AS i SET state = 'pending';
        RETURN 'legacy data found';
    END IF;
    v_step := hg__install_jsonb_column();
    IF v_step IS NOT NULL THEN
        RETURN v_step;
    END IF;

    PERFORM hg__attach_users_triggers();
    -- From here on nobody writes users. What the old application wrote while we waited for that
    -- counts; a column that is ours it does not know, and so need not be read under the lock.
    IF NOT (SELECT i.added_document FROM hg_installation AS i) THEN
        IF EXISTS (SELECT FROM users AS u WHERE u.hidden_grade_asset IS NOT NULL) THEN
            RAISE EXCEPTION 'documents were stored while the installation was looking' USING
                ERRCODE = 'lock_not_available',
                DETAIL = 'users has documents now that were not written by this installation.',
                HINT = 'Run make migrate again.';
        END IF;
    END IF;
    UPDATE hg_installation AS i SET state = 'none';
    RETURN 'nothing legacy found, triggers attached';
END
$hg__install_state$;

REVOKE ALL ON FUNCTION hg__install_state FROM public;
