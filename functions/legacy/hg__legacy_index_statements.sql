-- The statements that give each legacy table the index on user_id it lacks; without one every step
-- of the import reads the table whole. None can run in a transaction. A half-built index, of a
-- build that was interrupted, goes first. Where user_id is of a type that is read as text, no index
-- would help.
-- Writes: nothing. Calls: hg__legacy_tables, hg__legacy_relation. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_index_statements() RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_index_statements$
BEGIN
    RETURN QUERY
    WITH lacking AS (
        SELECT l.name, l.relation, format('hg_legacy_%s_user_id', l.name) AS index_name
        FROM (
            SELECT t.name, hg__legacy_relation(t.name) AS relation
            FROM unnest(hg__legacy_tables()) AS t (name)
        ) AS l
        INNER JOIN pg_class AS c ON l.relation = c.oid
        INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attname = 'user_id'
        INNER JOIN pg_attribute AS u ON u.attrelid = 'users'::regclass AND u.attname = 'id'
        WHERE c.relkind = 'r'
        AND (
            a.atttypid = u.atttypid
            OR (
                a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                AND u.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            )
        )
        AND NOT EXISTS (
            SELECT FROM pg_index AS i
            INNER JOIN pg_class AS ic ON i.indexrelid = ic.oid
            INNER JOIN pg_am AS m ON ic.relam = m.oid
            WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
            AND i.indkey[0] = a.attnum AND m.amname = 'btree'
        )
        AND EXISTS (
            SELECT FROM hg_installation AS s WHERE s.state IN ('pending', 'importing', 'imported')
        )
    )

    SELECT s.statement
    FROM lacking AS l
    CROSS JOIN LATERAL (
        SELECT
            format(
                'DROP INDEX CONCURRENTLY %I.%I', c.relnamespace::regnamespace::text, c.relname
            ) AS statement,
            1 AS place
        FROM pg_class AS c
        INNER JOIN pg_index AS i ON c.oid = i.indexrelid
        WHERE c.relname = l.index_name AND i.indrelid = l.relation AND NOT i.indisvalid
        UNION ALL
        SELECT
            format('CREATE INDEX CONCURRENTLY %I ON %s (user_id)', l.index_name, l.relation),
            2 AS place
    ) AS s
    ORDER BY l.name, s.place;
END
$hg__legacy_index_statements$;

REVOKE ALL ON FUNCTION hg__legacy_index_statements FROM public;
