-- Takes off users what hg__legacy_attach_mirrors attached.
-- Writes: nothing. Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_detach_mirrors() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_detach_mirrors$
BEGIN
    DROP TRIGGER IF EXISTS users_mirror_columns ON users;
    DROP TRIGGER IF EXISTS users_take_inserted ON users;
    DROP TRIGGER IF EXISTS users_take_columns ON users;
END
$hg__legacy_detach_mirrors$;

REVOKE ALL ON FUNCTION hg__legacy_detach_mirrors FROM public;
