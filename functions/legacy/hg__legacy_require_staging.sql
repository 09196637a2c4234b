-- Refuses while there are no staged documents: before the import, and from the cutover on.
-- Writes: nothing. Calls: nothing. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__legacy_require_staging() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_require_staging$
DECLARE
    v_state text := (SELECT i.state FROM hg_installation AS i);
BEGIN
    IF (v_state IN ('importing', 'imported')) IS NOT TRUE THEN
        RAISE EXCEPTION 'there are no staged documents' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The state of the installation is %s.', coalesce(v_state, 'unknown')),
            HINT = CASE
                WHEN v_state = 'pending' THEN 'Run make import, or CALL hg_legacy_import().'
                ELSE 'The documents are the learners'' own here: hg_document shows one.'
            END;
    END IF;
END
$hg__legacy_require_staging$;

REVOKE ALL ON FUNCTION hg__legacy_require_staging FROM public;
