-- What in the catalog hangs on the tables that views would replace, on the document column, or on
-- columns of users that would mirror the document: one row each. p_names are the tables' names, to
-- be looked for in the text of functions.
-- Writes: nothing. Calls: hg__legacy_plan_homes. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_dependents(p_relations regclass[], p_names text[])
RETURNS TABLE (code text, object text, words text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_dependents$
DECLARE
    v_users regclass := to_regclass('users');
    v_document smallint[] := ARRAY(
        SELECT a.attnum FROM pg_attribute AS a
        WHERE a.attrelid = v_users AND NOT a.attisdropped
        AND a.attname IN ('hidden_grade_asset', 'hidden_grade_asset_old')
    );
BEGIN
    -- Constraints, indexes, triggers and policies of the tables.
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

    -- Views and policies that name a table or the document's column.
    RETURN QUERY
    SELECT DISTINCT
        CASE WHEN c.relkind = 'm' THEN 'materialized_view' ELSE 'view' END,
        c.oid::regclass::text,
        CASE
            WHEN d.refobjid = v_users
                THEN 'reads the document''s column: after cutover it reads the old one'
            ELSE format(
                'reads %s: after cutover it reads the table set aside', d.refobjid::regclass
            )
        END || '; CREATE it again then'
    FROM pg_depend AS d
    INNER JOIN pg_rewrite AS w ON d.objid = w.oid
    INNER JOIN pg_class AS c ON w.ev_class = c.oid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
    AND c.oid <> d.refobjid AND (
        d.refobjid = ANY (p_relations)
        OR (d.refobjid = v_users AND d.refobjsubid = ANY (v_document))
    );
    RETURN QUERY
    SELECT DISTINCT
        'policy',
        format('%s on %s', p.polname, p.polrelid::regclass),
        CASE
            WHEN d.refobjid = v_users THEN 'asks the document''s column: after cutover the old one'
            ELSE format('asks %s: after cutover the table set aside', d.refobjid::regclass)
        END
    FROM pg_depend AS d
    INNER JOIN pg_policy AS p ON d.objid = p.oid
    WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid <> p.polrelid AND d.refobjid = ANY (p_relations)
    OR d.classid = 'pg_policy'::regclass AND d.refobjid = v_users
    AND d.refobjsubid = ANY (v_document);

    -- A function's text is looked at for the names: what it makes of them nobody can know.
    RETURN QUERY
    SELECT
        'function',
        p.oid::regprocedure::text,
        format('names %s: look at what it does with it', string_agg(n.name, ', ' ORDER BY n.name))
    FROM pg_proc AS p
    INNER JOIN pg_namespace AS s ON p.pronamespace = s.oid
    CROSS JOIN unnest(p_names || 'hidden_grade_asset'::text) AS n (name)
    WHERE s.nspname NOT IN ('pg_catalog', 'information_schema') AND s.nspname NOT LIKE 'pg\_temp%'
    AND p.proname NOT LIKE 'hg\_%'
    AND (
        p.prosrc ~* format('\m%s\M', n.name)
        OR EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (p_relations)
            AND d.refobjid::regclass::text LIKE '%' || n.name || '%'
        )
    )
    GROUP BY p.oid;

    -- Users: indexes and constraints on what changes with every session.
    RETURN QUERY
    SELECT
        'index_on_users',
        i.indexrelid::regclass::text,
        format(
            'is on users.%s, which changes with every session: such updates are not HOT then, at '
            'several times the WAL', string_agg(a.attname, ', ' ORDER BY a.attnum)
        )
    FROM pg_index AS i
    INNER JOIN pg_attribute AS a
        ON i.indrelid = a.attrelid AND NOT a.attisdropped
    WHERE i.indrelid = v_users
    AND (
        a.attnum = ANY (i.indkey)
        OR EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
            AND d.refobjid = v_users AND d.refobjsubid = a.attnum
        )
    )
    AND (
        a.attnum = ANY (v_document)
        OR a.attname IN (SELECT h.name FROM hg__legacy_plan_homes() AS h WHERE h.home IS NOT NULL)
    )
    GROUP BY i.indexrelid;
    RETURN QUERY
    SELECT
        'constraint_on_document',
        format('%s on %s', c.conname, v_users),
        'checks the document''s column: after cutover the old one'
    FROM pg_constraint AS c
    WHERE c.conrelid = v_users AND c.contype = 'c' AND c.conkey && v_document
    AND c.conname NOT LIKE 'users\_hidden\_grade\_asset%';
END
$hg__legacy_plan_dependents$;

REVOKE ALL ON FUNCTION hg__legacy_plan_dependents FROM public;
