-- The plan's part on one table of the older application: where it stands, bytes, the type of
-- user_id and its index (there or missing), what is counted in it (hg__legacy_plan_counts), names
-- of modules that the catalog does not know.
-- p_use: replaced (a view takes its place), feeds, kept.
-- Writes: nothing. Calls: hg__legacy_plan_relations, hg__legacy_plan_counts,
-- hg__legacy_plan_catalog, hg__legacy_plan_module. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_table(p_name text, p_use text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_table$
DECLARE
    v_found record;
    v_key_type text;
    v_id_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = to_regclass('users') AND a.attname = 'id' AND NOT a.attisdropped
    );
    v_same_type boolean;
    v_counts jsonb;
BEGIN
    SELECT r.* INTO v_found FROM hg__legacy_plan_relations(p_name) AS r LIMIT 1;
    IF NOT found THEN
        RETURN jsonb_build_object('table', p_name, 'use', p_use, 'found', false);
    END IF;
    v_key_type := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = v_found.relation AND a.attname = 'user_id' AND NOT a.attisdropped
    );
    v_same_type := v_key_type = v_id_type OR (
        v_key_type IN ('smallint', 'integer', 'bigint')
        AND v_id_type IN ('smallint', 'integer', 'bigint')
    );
    v_counts := hg__legacy_plan_counts(
        p_name, v_found.relation, v_key_type, v_id_type, v_same_type
    );

    RETURN jsonb_build_object(
        'table', p_name,
        'use', p_use,
        'found', true,
        'relation', v_found.relation::text,
        'stored_as', v_found.stored_as,
        'serves', v_found.serves AND p_use <> 'kept',
        'user_id_type', v_key_type,
        'index', CASE
            WHEN EXISTS (
                SELECT FROM pg_index AS i
                INNER JOIN pg_class AS c ON i.indexrelid = c.oid
                INNER JOIN pg_am AS m ON c.relam = m.oid AND m.amname = 'btree'
                LEFT JOIN pg_attribute AS a
                    ON i.indrelid = a.attrelid AND a.attnum = i.indkey[0] AND a.attname = 'user_id'
                WHERE i.indrelid = v_found.relation AND i.indisvalid AND i.indpred IS NULL
                AND (
                    (v_same_type AND a.attname IS NOT NULL)
                    -- Where the types differ, the import's own: of what it reads in the column.
                    OR c.relname = format('hg_legacy_%s_user_id', p_name)
                )
            ) THEN 'there'
            ELSE 'missing'
        END,
        'bytes', pg_total_relation_size(v_found.relation),
        'others', (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object(
                    'relation', r.relation::text, 'stored_as', r.stored_as,
                    'has_user_id', r.has_user_id, 'bytes', pg_total_relation_size(r.relation)
                )
            ), '[]')
            FROM hg__legacy_plan_relations(p_name) AS r
            WHERE r.relation <> v_found.relation
        )
    ) || jsonb_strip_nulls(v_counts - 'modules') || CASE
        WHEN v_counts ->> 'modules' IS NULL THEN '{}'
        ELSE jsonb_build_object('unknown_modules', (
            SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
            FROM jsonb_each(v_counts -> 'modules') AS m
            WHERE hg__legacy_plan_module(m.key, hg__legacy_plan_catalog()) IS NULL
        ))
    END;
END
$hg__legacy_plan_table$;

REVOKE ALL ON FUNCTION hg__legacy_plan_table FROM public;
