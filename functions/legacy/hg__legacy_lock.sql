-- Locks users and the tables that change places with it, or gives up after lock_timeout.
-- Writes: nothing. Calls: hg__legacy_set_aside_tables. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_lock() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_lock$
DECLARE
    v_table text;
BEGIN
    -- users last: all of the application waits for it, so it is waited for the shortest.
    FOREACH v_table IN ARRAY hg__legacy_set_aside_tables() LOOP
        EXECUTE format( -- dynamic: which tables there are
            'LOCK TABLE %s IN ACCESS EXCLUSIVE MODE',
            coalesce(to_regclass(v_table || '_set_aside'), to_regclass(v_table))
        );
    END LOOP;
    LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
END
$hg__legacy_lock$;

REVOKE ALL ON FUNCTION hg__legacy_lock FROM public;
