-- Attaches the triggers of users where they are not as this code wants them; whether it had to.
-- CREATE TRIGGER holds up the writers of users, so it is not done without need: the comment of one
-- trigger tells which text of this function attached them.
-- Writes: nothing. Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__attach_users_triggers() RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__attach_users_triggers$
DECLARE
    v_mark text := (
        SELECT 'hidden-grade-asset, ' || md5(p.prosrc)
        FROM pg_proc AS p
        WHERE p.oid = 'hg__attach_users_triggers()'::regprocedure
    );
BEGIN
    IF (
        SELECT count(*) = 6 AND bool_or(obj_description(t.oid, 'pg_trigger') = v_mark)
        FROM pg_trigger AS t
        WHERE t.tgrelid = 'users'::regclass AND t.tgenabled <> 'D' AND t.tgname IN (
            'users_fill_document', 'users_record_start', 'users_forget', 'users_forget_all',
            'users_guard_document', 'users_record_direct_write'
        )
    ) THEN
        RETURN false;
    END IF;

    CREATE OR REPLACE TRIGGER users_fill_document
    BEFORE INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION hg__users_fill_document();

    CREATE OR REPLACE TRIGGER users_record_start
    AFTER INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION hg__users_record_start();

    CREATE OR REPLACE TRIGGER users_forget
    AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION hg__users_forget();

    CREATE OR REPLACE TRIGGER users_forget_all
    AFTER TRUNCATE ON users
    FOR EACH STATEMENT EXECUTE FUNCTION hg__users_forget();

    -- hg__store_document says that it is us; the setting alone would be anybody's to
    -- make, so it counts only for who may write the ledger as well.
    CREATE OR REPLACE TRIGGER users_guard_document
    BEFORE UPDATE OF hidden_grade_asset ON users
    FOR EACH ROW
    WHEN (
        current_setting('hg.writing', true) IS DISTINCT FROM 'on'
        OR NOT has_table_privilege('hg_ledger'::regclass, 'INSERT')
    )
    EXECUTE FUNCTION hg__users_guard_document();

    CREATE OR REPLACE TRIGGER users_record_direct_write
    AFTER UPDATE OF hidden_grade_asset ON users
    FOR EACH ROW
    WHEN (
        current_setting('hg.writing', true) IS DISTINCT FROM 'on'
        OR NOT has_table_privilege('hg_ledger'::regclass, 'INSERT')
    )
    EXECUTE FUNCTION hg__users_record_direct_write();

    EXECUTE format( -- dynamic: COMMENT takes a literal only
        'COMMENT ON TRIGGER users_fill_document ON users IS %L', v_mark
    );
    RETURN true;
END
$hg__attach_users_triggers$;

REVOKE ALL ON FUNCTION hg__attach_users_triggers FROM public;
