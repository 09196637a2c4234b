-- The statements that give each legacy table the index on user_id it lacks; without one every step
-- of the import reads the table whole. None can run in a transaction. A half-built index, of a
-- build that was interrupted, goes first. Where user_id is of another type than users.id, it is an
-- index of what is read in it.
-- Writes: nothing. Calls: hg__legacy_tables, hg__legacy_relation, hg__legacy_key. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_index_statements() RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_index_statements$
BEGIN
    RETURN QUERY
    WITH lacking AS (
        SELECT l.name, l.relation, l.key, format('hg_legacy_%s_user_id', l.name) AS index_name
        FROM (
            SELECT t.name, r.relation, hg__legacy_key(r.relation) AS key
            FROM unnest(hg__legacy_tables()) AS t (name)
            CROSS JOIN LATERAL (SELECT hg__legacy_relation(t.name) AS relation) AS r
        ) AS l
        INNER JOIN pg_class AS c ON l.relation = c.oid
        INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attname = 'user_id'
        WHERE c.relkind = 'r'
        AND NOT EXISTS (
            SELECT FROM pg_index AS i
            INNER JOIN pg_class AS ic ON i.indexrelid = ic.oid
            INNER JOIN pg_am AS m ON ic.relam = m.oid
            WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
            AND m.amname = 'btree'
            AND (
                (l.key = 't.user_id' AND i.indkey[0] = a.attnum)
                OR ic.relname = format('hg_legacy_%s_user_id', l.name)
            )
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
            format(
                'CREATE INDEX CONCURRENTLY %I ON %s (%s)', l.index_name, l.relation,
                replace(l.key, 't.', '')
            ),
            2 AS place
    ) AS s
    ORDER BY l.name, s.place;
END
$hg__legacy_index_statements$;

REVOKE ALL ON FUNCTION hg__legacy_index_statements FROM public;
