-- Indexes and constraints of users on what changes with every session, one row each: the document's
-- columns (p_document: their numbers), and those that would mirror it.
-- Writes: nothing. Calls: hg__legacy_plan_homes. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_on_users(p_users regclass, p_document smallint[])
RETURNS TABLE (code text, object text, words text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_on_users$
BEGIN
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
    WHERE i.indrelid = p_users
    AND (
        a.attnum = ANY (i.indkey)
        OR EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
            AND d.refobjid = p_users AND d.refobjsubid = a.attnum
        )
    )
    AND (
        a.attnum = ANY (p_document)
        OR a.attname IN (SELECT h.name FROM hg__legacy_plan_homes() AS h WHERE h.home IS NOT NULL)
    )
    GROUP BY i.indexrelid;
    RETURN QUERY
    SELECT
        'constraint_on_document',
        format('%s on %s', c.conname, p_users),
        'checks the document''s column: after cutover the old one'
    FROM pg_constraint AS c
    WHERE c.conrelid = p_users AND c.contype = 'c' AND c.conkey && p_document
    AND c.conname NOT LIKE 'users\_hidden\_grade\_asset%';
END
$hg__legacy_plan_on_users$;

REVOKE ALL ON FUNCTION hg__legacy_plan_on_users FROM public;
