-- Refuses to drop what objects of somebody else's depend on: before the first is dropped.
-- Writes: nothing. Calls: hg__legacy_set_aside_tables, hg__legacy_view_base, hg__legacy_view_of.
-- Raises: 2BP01.
CREATE OR REPLACE FUNCTION hg__legacy_require_unused() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_require_unused$
DECLARE
    v_ours oid[] := ARRAY(
        SELECT o.oid
        FROM unnest(hg__legacy_set_aside_tables()) AS t (name)
        CROSS JOIN LATERAL (
            VALUES (hg__legacy_view_base(t.name)::oid), (hg__legacy_view_of(t.name)::oid)
        ) AS o (oid)
        WHERE o.oid IS NOT NULL
    );
    v_users text := (
        SELECT string_agg(DISTINCT pg_describe_object(d.classid, d.objid, 0), '; ')
        FROM pg_depend AS d
        WHERE d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'
        AND (
            d.refobjid = ANY (v_ours)
            OR (d.refobjid, d.refobjsubid) IN (
                SELECT a.attrelid, a.attnum FROM pg_attribute AS a
                WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset_old'
            )
        )
        AND NOT EXISTS (
            SELECT FROM pg_rewrite AS r
            WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
            AND r.ev_class = ANY (v_ours)
        )
        AND NOT EXISTS (
            SELECT FROM pg_constraint AS c
            WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid
            AND c.conrelid = ANY (v_ours)
        )
    );
BEGIN
    IF v_users IS NOT NULL THEN
        RAISE EXCEPTION 'other objects depend on what would be dropped' USING
            ERRCODE = 'dependent_objects_still_exist',
            DETAIL = v_users,
            HINT = 'Drop them or make them anew without it, then finalize again. Nothing has been '
                'dropped.';
    END IF;
END
$hg__legacy_require_unused$;

REVOKE ALL ON FUNCTION hg__legacy_require_unused FROM public;
