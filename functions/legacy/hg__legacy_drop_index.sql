-- Drops one of the indexes that the import built on the older tables, and says which; NULL: there
-- is none.
-- Writes: nothing. Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_drop_index() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_drop_index$
DECLARE
    v_index regclass := (
        SELECT c.oid::regclass
        FROM pg_class AS c
        INNER JOIN pg_class AS u ON u.relnamespace = c.relnamespace
        WHERE u.oid = 'users'::regclass AND c.relkind IN ('i', 'I')
        AND c.relname LIKE 'hg\_legacy\_%\_user\_id'
        LIMIT 1
    );
BEGIN
    IF v_index IS NOT NULL THEN
        EXECUTE format( -- dynamic: which there is
            'DROP INDEX %s', v_index
        );
    END IF;
    RETURN v_index::text;
END
$hg__legacy_drop_index$;

REVOKE ALL ON FUNCTION hg__legacy_drop_index FROM public;
