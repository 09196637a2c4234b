-- Takes the marks of changes off one source that has them, and says which; NULL: none has. One
-- table a call: each takes a lock that users of that table wait for.
-- Writes: nothing. Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_detach_marks() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_detach_marks$
DECLARE
    v_relation regclass := (
        SELECT g.tgrelid::regclass
        FROM pg_trigger AS g
        WHERE g.tgfoid = 'hg__legacy_mark'::regproc AND g.tgparentid = 0
        LIMIT 1
    );
BEGIN
    IF v_relation IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format( -- dynamic: which tables have the marks
        'DROP TRIGGER IF EXISTS hg_legacy_mark ON %1$s; '
        'DROP TRIGGER IF EXISTS hg_legacy_mark_all ON %1$s', v_relation
    );
    RETURN v_relation::text;
END
$hg__legacy_detach_marks$;

REVOKE ALL ON FUNCTION hg__legacy_detach_marks FROM public;
