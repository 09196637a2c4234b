-- What names the tables that views would replace, or the document's column, one row each: views,
-- policies, and functions, of whose text only that can be known. p_document: the columns' numbers.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_readers(
    p_relations regclass[], p_names text[], p_users regclass, p_document smallint[]
)
RETURNS TABLE (code text, object text, words text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_readers$
BEGIN
    -- Views and policies that name a table or the document's column.
    RETURN QUERY
    SELECT DISTINCT
        CASE WHEN c.relkind = 'm' THEN 'materialized_view' ELSE 'view' END,
        c.oid::regclass::text,
        CASE
            WHEN d.refobjid = p_users
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
        OR (d.refobjid = p_users AND d.refobjsubid = ANY (p_document))
    );
    RETURN QUERY
    SELECT DISTINCT
        'policy',
        format('%s on %s', p.polname, p.polrelid::regclass),
        CASE
            WHEN d.refobjid = p_users THEN 'asks the document''s column: after cutover the old one'
            ELSE format('asks %s: after cutover the table set aside', d.refobjid::regclass)
        END
    FROM pg_depend AS d
    INNER JOIN pg_policy AS p ON d.objid = p.oid
    WHERE d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid <> p.polrelid AND d.refobjid = ANY (p_relations)
    OR d.classid = 'pg_policy'::regclass AND d.refobjid = p_users
    AND d.refobjsubid = ANY (p_document);

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
END
$hg__legacy_plan_readers$;

REVOKE ALL ON FUNCTION hg__legacy_plan_readers FROM public;
