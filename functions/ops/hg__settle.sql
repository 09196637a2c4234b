-- Finishes an installation, one short step a call: the caller commits, and calls again while more
-- is true. Every step is found from what is there, so it can be interrupted and repeated at any
-- point.
-- Writes: hg_installation, hg_modules, hg_settings, and as the steps do. Calls: hg__install_state,
-- hg__attach_users_triggers, hg__install_storage, hg__install_skeletons, hg__install_not_null.
-- Raises: 0A000, 55P03 (lock_timeout: call again).
CREATE OR REPLACE FUNCTION hg__settle() RETURNS TABLE (step text, rows_done bigint, more boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__settle$
DECLARE
    v_installation hg_installation%ROWTYPE;
BEGIN
    rows_done := 0;
    more := true;
    SELECT i.* INTO v_installation FROM hg_installation AS i FOR UPDATE;

    IF v_installation.rules_version = 0 THEN
        -- The triggers of both tables check every row and make one version of them all.
        WITH modules AS (UPDATE hg_modules AS m SET version = 1 RETURNING m.module)
        UPDATE hg_settings AS s SET version = 1;
        step := 'first version of the rules';
    ELSIF v_installation.state IS NULL THEN
        step := hg__install_state();
    ELSIF NOT v_installation.live THEN
        step := 'legacy data waits for its import';
        more := false;
    ELSIF v_installation.distributed THEN
        -- Such a table has neither triggers nor NOT NULL: the first write makes a document.
        UPDATE hg_installation AS i SET settled = true WHERE NOT i.settled;
        step := 'settled, distributed';
        more := false;
    ELSIF hg__attach_users_triggers() THEN
        step := 'triggers attached';
    ELSIF v_installation.settled THEN
        step := 'settled';
        more := false;
    ELSIF hg__install_storage() THEN
        step := 'storage laid out';
    ELSE
        rows_done := hg__install_skeletons();
        step := CASE WHEN rows_done > 0 THEN 'documents made' ELSE hg__install_not_null() END;
    END IF;
    RETURN NEXT;
END
$hg__settle$;

REVOKE ALL ON FUNCTION hg__settle FROM public;
