-- Drops a table that was set aside, and its view; nothing where none was. What else depends on them
-- is named in PostgreSQL's error: it is not ours to drop.
-- Writes: nothing (the schema). Calls: hg__legacy_view_base, hg__legacy_view_of. Raises: 2BP01,
-- 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_drop_aside(p_table text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_drop_aside$
DECLARE
    v_relation regclass := hg__legacy_view_base(p_table);
    v_view regclass := hg__legacy_view_of(p_table);
BEGIN
    IF v_relation IS NULL THEN
        RETURN;
    ELSIF v_view IS NOT NULL THEN
        EXECUTE format('DROP VIEW %s', v_view); -- dynamic: which view it is
    END IF;
    EXECUTE format( -- dynamic: which table it is
        'DROP %s %s',
        (
            SELECT CASE c.relkind WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END
            FROM pg_class AS c
            WHERE c.oid = v_relation
        ),
        v_relation
    );
END
$hg__legacy_drop_aside$;

REVOKE ALL ON FUNCTION hg__legacy_drop_aside FROM public;
