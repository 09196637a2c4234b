-- Takes the triggers off users: whoever writes it then is the old application.
-- Writes: nothing (users' triggers). Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__detach_users_triggers() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__detach_users_triggers$
BEGIN
    DROP TRIGGER IF EXISTS users_fill_document ON users;
    DROP TRIGGER IF EXISTS users_record_start ON users;
    DROP TRIGGER IF EXISTS users_forget ON users;
    DROP TRIGGER IF EXISTS users_forget_all ON users;
    DROP TRIGGER IF EXISTS users_guard_document ON users;
    DROP TRIGGER IF EXISTS users_record_direct_write ON users;
END
$hg__detach_users_triggers$;

REVOKE ALL ON FUNCTION hg__detach_users_triggers FROM public;
