-- The SQL of a column of a row t that holds texts, as a JSON array without NULLs; an empty one
-- where it holds none, or where there is no such column.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_texts(
    p_relation regclass, p_column text
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_texts$
DECLARE
    -- What jsonb may not hold; pairs of surrogates, which it may, are worth no second look.
    c_odd CONSTANT text := '\\u(0000|[dD][89a-fA-F])|[eE][+-]?[0-9]{3}';
    v_type regtype := (
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attname = p_column AND NOT a.attisdropped
    );
BEGIN
    RETURN CASE
        WHEN v_type IS NULL THEN '''[]''::jsonb'
        ELSE format(
            'coalesce(jsonb_path_query_array(%s, ''strict $[*] ? (@ != null)'', silent => true), '
            '''[]'')',
            CASE
                WHEN v_type = 'json'::regtype
                    THEN format(
                        'CASE WHEN t.%1$I::text !~ %2$L THEN t.%1$I::jsonb END', p_column, c_odd
                    )
                ELSE format('to_jsonb(t.%I)', p_column)
            END
        )
    END;
END
$hg__legacy_view_texts$;

REVOKE ALL ON FUNCTION hg__legacy_view_texts FROM public;
