-- Gives a table that was set aside its name back, and the grants that its view has by now. Nothing
-- where none was. What was made to depend on the view is named in PostgreSQL's error.
-- Writes: nothing (the schema). Calls: hg__legacy_view_base, hg__legacy_view_of,
-- hg__legacy_view_grants. Raises: 2BP01, 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_bring_back(p_table text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_bring_back$
DECLARE
    v_relation regclass := hg__legacy_view_base(p_table);
    v_view regclass := hg__legacy_view_of(p_table);
BEGIN
    IF v_relation IS NULL THEN
        RETURN;
    ELSIF v_view IS NOT NULL THEN
        PERFORM hg__legacy_view_grants(v_view, v_relation);
        EXECUTE format('DROP VIEW %s', v_view); -- dynamic: which view it is
    END IF;
    EXECUTE format( -- dynamic: which table it is
        'DROP INDEX IF EXISTS %I', 'hg_legacy_' || p_table || '_by_learner'
    );
    EXECUTE format( -- dynamic: which table it is
        'ALTER TABLE %s RENAME TO %I', v_relation, p_table
    );
END
$hg__legacy_bring_back$;

REVOKE ALL ON FUNCTION hg__legacy_bring_back FROM public;
