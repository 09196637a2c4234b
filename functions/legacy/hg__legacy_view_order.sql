-- The SQL that puts rows t of ai_analytics in order, the newest first, as the import does.
-- Writes: nothing. Calls: hg__legacy_view_instant. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_order(p_relation regclass) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_order$
DECLARE
    v_type regtype := (
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attname = 'id' AND NOT a.attisdropped
    );
BEGIN
    RETURN format(
        'coalesce(%s, %s) DESC NULLS LAST, %st.tableoid, t.ctid',
        hg__legacy_view_instant(p_relation, 'generated_at'),
        hg__legacy_view_instant(p_relation, 'analysis_date'),
        CASE
            WHEN v_type IS NULL THEN ''
            WHEN v_type = ANY ('{smallint,integer,bigint,numeric}'::regtype[])
                THEN 't.id DESC NULLS LAST, '
            ELSE
                'CASE WHEN btrim(t.id::text) ~ ''^[+-]?[0-9]{1,1000}(\.[0-9]{1,1000})?$'' '
                'THEN trunc(btrim(t.id::text)::numeric) ELSE 0 END DESC, to_jsonb(t.id), '
        END
    );
END
$hg__legacy_view_order$;

REVOKE ALL ON FUNCTION hg__legacy_view_order FROM public;
