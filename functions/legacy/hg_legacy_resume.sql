-- Lets a paused import go on.
-- Writes: hg_legacy_run. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg_legacy_resume() RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg_legacy_resume$
BEGIN
    UPDATE hg_legacy_run AS r SET paused = false;
    RETURN (
        SELECT jsonb_build_object('paused', false, 'state', i.state) FROM hg_installation AS i
    );
END
$hg_legacy_resume$;

REVOKE ALL ON FUNCTION hg_legacy_resume FROM public;

COMMENT ON FUNCTION hg_legacy_resume IS
$$Lets an import go on that hg_legacy_pause() made wait: a running one does within a second. Returns
{paused, state}.

Errors: none of its own.

Only the owner may call it.

Example: SELECT hg_legacy_resume();$$;
