-- Marks learners whose documents change while a rollback writes them back, by triggers of users; or
-- no longer.
-- Writes: nothing. Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_mark_back(p_on boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mark_back$
BEGIN
    DROP TRIGGER IF EXISTS users_mark_back ON users;
    DROP TRIGGER IF EXISTS users_mark_back_new ON users;
    IF p_on THEN
        CREATE TRIGGER users_mark_back
        AFTER UPDATE ON users
        FOR EACH ROW WHEN (OLD.hidden_grade_asset IS DISTINCT FROM NEW.hidden_grade_asset)
        EXECUTE FUNCTION hg__legacy_mark();

        CREATE TRIGGER users_mark_back_new
        AFTER INSERT ON users
        FOR EACH ROW EXECUTE FUNCTION hg__legacy_mark();
    END IF;
END
$hg__legacy_mark_back$;

REVOKE ALL ON FUNCTION hg__legacy_mark_back FROM public;
