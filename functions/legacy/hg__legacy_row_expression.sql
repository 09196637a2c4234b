-- The SQL that makes a row of a table, called t there, one jsonb object: of the columns named, or
-- of all (NULL). A json column goes by itself: it may hold what jsonb cannot.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_row_expression(
    p_relation regclass, p_columns text[] DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_row_expression$
BEGIN
    RETURN (
        SELECT
            format(
                '(SELECT to_jsonb(x) FROM (SELECT %s) AS x)',
                string_agg(format('t.%I', a.attname), ', ') FILTER (
                    WHERE a.atttypid <> 'json'::regtype
                )
            )
            || coalesce(string_agg(
                format(
                    ' || jsonb_build_object(%L, hg__legacy_jsonb(t.%I))', a.attname, a.attname
                ), ''
            ) FILTER (WHERE a.atttypid = 'json'::regtype), '')
        FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped
        AND (p_columns IS NULL OR a.attname = ANY (p_columns))
    );
END
$hg__legacy_row_expression$;

REVOKE ALL ON FUNCTION hg__legacy_row_expression FROM public;
