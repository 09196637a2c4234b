-- Attaches the marks of changes to one source that lacks them yet, and says which; NULL: all have
-- them. One table a call: each takes a lock that writers of that table wait for.
-- Of users only the columns count that the old application kept progress in, and the key. What we
-- write ourselves marks nobody (see hg__store_document).
-- Writes: nothing. Calls: hg__legacy_tables, hg__legacy_relation. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_attach_marks() RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_attach_marks$
DECLARE
    v_relation regclass := (
        SELECT s.relation
        FROM (
            SELECT 'users'::regclass AS relation
            UNION ALL
            SELECT hg__legacy_relation(t.name) FROM unnest(hg__legacy_tables()) AS t (name)
        ) AS s
        WHERE s.relation IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_trigger AS g
            WHERE g.tgrelid = s.relation AND g.tgname = 'hg_legacy_mark_all'
        )
        LIMIT 1
    );
    v_columns text := '';
BEGIN
    IF v_relation IS NULL THEN
        RETURN NULL;
    ELSIF v_relation = 'users'::regclass THEN
        SELECT ' OF ' || string_agg(format('%I', a.attname), ', ' ORDER BY a.attname)
        INTO v_columns
        FROM pg_attribute AS a
        WHERE a.attrelid = v_relation AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attname = ANY (ARRAY['id'] || hg__legacy_columns());
    END IF;
    EXECUTE format( -- dynamic: which tables and columns there are
        'CREATE TRIGGER hg_legacy_mark AFTER INSERT OR UPDATE%s OR DELETE ON %s '
        'FOR EACH ROW WHEN (current_setting(''hg.writing'', true) IS DISTINCT FROM ''on'' '
        'OR NOT has_table_privilege(''hg_ledger''::regclass, ''INSERT'')) '
        'EXECUTE FUNCTION hg__legacy_mark()', v_columns, v_relation
    );
    EXECUTE format( -- dynamic: which tables there are
        'CREATE TRIGGER hg_legacy_mark_all AFTER TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION hg__legacy_mark()', v_relation
    );
    RETURN v_relation::text;
END
$hg__legacy_attach_marks$;

REVOKE ALL ON FUNCTION hg__legacy_attach_marks FROM public;
