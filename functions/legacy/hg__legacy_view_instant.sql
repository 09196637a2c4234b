-- The SQL of the instant that a column of a row t stands for, as hg__legacy_instant reads it;
-- NULL there: it is none, or there is no such column.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_instant(
    p_relation regclass, p_column text
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_instant$
DECLARE
    -- A day that exists, then a time and a zone, if any.
    c_written CONSTANT text := '^((19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|'
        '(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)|'
        '((19|20)(0[48]|[2468][048]|[13579][26])|2000)-02-29)'
        '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?'
        '(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$';
    v_type regtype := (
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attname = p_column AND NOT a.attisdropped
    );
BEGIN
    IF v_type IS NULL THEN
        RETURN 'NULL::timestamptz';
    ELSIF v_type IN ('timestamp'::regtype, 'date'::regtype) THEN
        RETURN format(
            'CASE WHEN t.%1$I >= ''0001-01-01'' AND t.%1$I < ''10000-01-01'' '
            'THEN t.%1$I::timestamp AT TIME ZONE ''UTC'' END', p_column
        );
    ELSIF v_type = 'timestamptz'::regtype THEN
        RETURN format(
            'CASE WHEN t.%1$I >= ''0001-01-01Z'' AND t.%1$I < ''10000-01-01Z'' '
            'THEN t.%1$I END', p_column
        );
    END IF;
    RETURN format(
        'CASE WHEN t.%1$I::text ~ %2$L THEN (left(t.%1$I::text, 10) || ''T'' || '
        'coalesce(nullif(replace(substr(t.%1$I::text, 12), '','', ''.''), ''''), ''00:00'') || '
        'CASE WHEN substr(t.%1$I::text, 11) ~ ''[Z+-]'' THEN '''' ELSE ''Z'' END)::timestamptz END',
        p_column, c_written
    );
END
$hg__legacy_view_instant$;

REVOKE ALL ON FUNCTION hg__legacy_view_instant FROM public;
