-- Refuses while the legacy tables are the truth, or before the installation has finished.
-- Writes: nothing. Calls: nothing. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__require_live() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__require_live$
DECLARE
    v_installation hg_installation%ROWTYPE;
BEGIN
    SELECT i.* INTO v_installation FROM hg_installation AS i;
    IF v_installation.live THEN
        RETURN;
    END IF;
    IF v_installation.state IS NULL THEN
        RAISE EXCEPTION 'the installation has not finished' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'The state of the installation is not determined yet.',
            HINT = 'Run make migrate again; it goes on where it stopped.';
    END IF;
    RAISE EXCEPTION 'a legacy import is pending' USING
        ERRCODE = 'object_not_in_prerequisite_state',
        DETAIL = format('The state of the installation is %s.', v_installation.state),
        HINT = 'The old application keeps the progress until the cutover; this API after it.';
END
$hg__require_live$;

REVOKE ALL ON FUNCTION hg__require_live FROM public;
