-- Changes of the rules follow one another: each waits for the one before it, and before it holds
-- any row, so that two of them never wait for each other.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__lock_rules() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__lock_rules$
BEGIN
    PERFORM FROM hg_installation AS i FOR UPDATE;
    RETURN NULL;
END
$hg__lock_rules$;

REVOKE ALL ON FUNCTION hg__lock_rules FROM public;

CREATE OR REPLACE TRIGGER hg_modules_lock
BEFORE INSERT OR UPDATE ON hg_modules
FOR EACH STATEMENT EXECUTE FUNCTION hg__lock_rules();

CREATE OR REPLACE TRIGGER hg_settings_lock
BEFORE INSERT OR UPDATE ON hg_settings
FOR EACH STATEMENT EXECUTE FUNCTION hg__lock_rules();
