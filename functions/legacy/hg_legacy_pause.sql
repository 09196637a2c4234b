-- Makes the import wait, from its next step on.
-- Writes: hg_legacy_run. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg_legacy_pause() RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg_legacy_pause$
BEGIN
    UPDATE hg_legacy_run AS r SET paused = true;
    RETURN (
        SELECT jsonb_build_object('paused', true, 'state', i.state) FROM hg_installation AS i
    );
END
$hg_legacy_pause$;

REVOKE ALL ON FUNCTION hg_legacy_pause FROM public;

COMMENT ON FUNCTION hg_legacy_pause IS
$$Makes the import wait, from its next step on, until hg_legacy_resume(): a running one, and one
that begins later. It waits no longer than the step that is running takes. Returns {paused, state}.

Errors: none of its own.

Only the owner may call it.

Example: SELECT hg_legacy_pause();$$;
