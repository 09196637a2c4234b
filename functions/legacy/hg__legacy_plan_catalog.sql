-- What the plan needs of the catalog, one object: names (name or alias -> module), endings (what
-- an alias with * begins with -> module), types and grades (module -> fact types, grade range).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_catalog() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_catalog$
BEGIN
    RETURN (
        SELECT
            jsonb_build_object(
                'names', coalesce(
                    jsonb_object_agg(a.alias, m.module ORDER BY a.alias = m.module)
                    FILTER (WHERE a.alias NOT LIKE '%*'), '{}'
                ),
                'endings', coalesce(
                    jsonb_object_agg(left(a.alias, -1), m.module ORDER BY m.module DESC)
                    FILTER (WHERE a.alias LIKE '%*'), '{}'
                ),
                'types', coalesce(jsonb_object_agg(m.module, m.fact_types), '{}'),
                'grades', coalesce(
                    jsonb_object_agg(m.module, jsonb_build_object(
                        'grade_bottom', m.grade_bottom, 'grade_top', m.grade_top
                    )), '{}'
                )
            )
        FROM hg_modules AS m
        CROSS JOIN unnest(m.module || m.aliases) AS a (alias)
    );
END
$hg__legacy_plan_catalog$;

REVOKE ALL ON FUNCTION hg__legacy_plan_catalog FROM public;
