-- The columns of users but for the id and the documents, as rows: how each is looked at. code: the
-- SQL that makes 0 of NULL, 1 of a value that says nothing (its default), 2 of any other; same: the
-- SQL that tells whether it equals the document's, NULL where the document has none. In it t is
-- users, d what hg__legacy_plan_document tells.
-- Writes: nothing. Calls: hg__legacy_plan_homes. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_columns()
RETURNS TABLE (place integer, name text, type text, finalize boolean, code text, same text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_columns$
BEGIN
    RETURN QUERY
    SELECT
        a.attnum::integer,
        a.attname::text,
        format_type(a.atttypid, a.atttypmod),
        coalesce(h.finalize, false),
        format(
            'CASE WHEN t.%I IS NULL THEN 0 WHEN t.%I::text IN (%s, '''', ''{}'', ''[]'') '
            'THEN 1 ELSE 2 END', a.attname, a.attname,
            CASE
                -- Only a constant: what a function gives (nextval) is no default to compare with.
                WHEN strpos(pg_get_expr(d.adbin, d.adrelid), '(') = 0
                    THEN format('(%s)::text', pg_get_expr(d.adbin, d.adrelid))
                ELSE quote_literal(coalesce(h.idle, ''))
            END
        ),
        CASE
            WHEN h.home IS NULL THEN 'NULL::boolean'
            WHEN a.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype)
                THEN format(
                    'CASE WHEN d.o_stats ->> %L IS NOT NULL THEN coalesce(date_trunc(''second'', '
                    't.%I %s) = date_trunc(''second'', hg__legacy_instant(d.o_stats -> %L)), false)'
                    ' END', h.home, a.attname,
                    CASE
                        WHEN a.atttypid = 'timestamp'::regtype THEN 'AT TIME ZONE ''UTC'''
                        ELSE ''
                    END, h.home
                )
            ELSE format(
                'CASE WHEN coalesce(d.o_stats ->> %1$L, d.o_stats ->> %2$L) IS NOT NULL '
                'THEN coalesce(t.%3$I::text = coalesce(d.o_stats ->> %1$L, d.o_stats ->> %2$L), '
                'false) END', h.home, coalesce(h.other_home, h.home), a.attname
            )
        END
    FROM pg_attribute AS a
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN hg__legacy_plan_homes() AS h ON h.name = a.attname
    WHERE a.attrelid = to_regclass('users') AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attname <> 'id' AND a.attname NOT LIKE 'hidden\_grade\_asset%'
    ORDER BY a.attnum;
END
$hg__legacy_plan_columns$;

REVOKE ALL ON FUNCTION hg__legacy_plan_columns FROM public;
