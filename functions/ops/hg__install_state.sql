-- One step towards the installation's state: pending where there is something legacy, none where
-- the API is live at once; what the step was.
-- The look is taken twice: with the triggers attached nothing legacy can come in behind it any
-- more, and it holds nobody up.
-- Writes: hg_installation (and users' triggers and column type). Calls: hg__require_document_type,
-- hg__install_legacy_found, hg__install_jsonb_column, hg__attach_users_triggers,
-- hg__detach_users_triggers. Raises: 0A000, 55P03.
CREATE OR REPLACE FUNCTION hg__install_state() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_state$
DECLARE
    v_step text;
BEGIN
    PERFORM hg__require_document_type();
    IF hg__install_legacy_found() THEN
        PERFORM hg__detach_users_triggers();
        ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_unused;
        UPDATE hg_installation AS i SET state = 'pending';
        RETURN 'legacy data found';
    END IF;
    v_step := hg__install_jsonb_column();
    IF v_step IS NOT NULL THEN
        RETURN v_step;
    ELSIF hg__attach_users_triggers() THEN
        RETURN 'triggers attached';
    END IF;
    UPDATE hg_installation AS i SET state = 'none';
    RETURN 'nothing legacy found';
END
$hg__install_state$;

REVOKE ALL ON FUNCTION hg__install_state FROM public;
