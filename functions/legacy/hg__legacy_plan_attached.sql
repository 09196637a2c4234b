-- What is attached to the tables that views would replace, one row each: foreign keys, indexes,
-- triggers, policies, publications.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_attached(p_relations regclass[])
RETURNS TABLE (code text, object text, words text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_attached$
BEGIN
    RETURN QUERY
    SELECT
        'foreign_key',
        format('%s on %s', c.conname, c.conrelid::regclass),
        CASE
            WHEN c.conrelid = ANY (p_relations) THEN
                format('is checked on the table set aside behind %s', c.conrelid::regclass)
            ELSE
                format('refers to the table set aside behind %s then', c.confrelid::regclass)
        END
    FROM pg_constraint AS c
    WHERE c.contype = 'f' AND (c.conrelid = ANY (p_relations) OR c.confrelid = ANY (p_relations));
    RETURN QUERY
    SELECT
        CASE WHEN i.indisunique THEN 'unique_index' ELSE 'index' END,
        format('%s on %s', i.indexrelid::regclass, i.indrelid::regclass),
        'stays on the table set aside and serves the view'
        || CASE WHEN i.indisunique THEN '; what it refuses, it goes on to refuse' ELSE '' END
    FROM pg_index AS i
    WHERE i.indrelid = ANY (p_relations);
    RETURN QUERY
    SELECT
        'trigger', format('%s on %s', g.tgname, g.tgrelid::regclass),
        'stays on the table set aside: it sees what reaches that table'
    FROM pg_trigger AS g
    WHERE g.tgrelid = ANY (p_relations) AND NOT g.tgisinternal AND g.tgname NOT LIKE 'hg\_%';
    RETURN QUERY
    SELECT
        'policy', format('%s on %s', p.polname, p.polrelid::regclass),
        'a table whose row security is enabled stops the cutover (0A000): its view would show '
        'every row to everybody'
    FROM pg_policy AS p
    WHERE p.polrelid = ANY (p_relations);
    RETURN QUERY
    SELECT
        'publication', format('%s of %s', b.pubname, r.prrelid::regclass),
        'goes on to publish the table set aside, not what the document holds'
    FROM pg_publication_rel AS r
    INNER JOIN pg_publication AS b ON r.prpubid = b.oid
    WHERE r.prrelid = ANY (p_relations);
END
$hg__legacy_plan_attached$;

REVOKE ALL ON FUNCTION hg__legacy_plan_attached FROM public;
