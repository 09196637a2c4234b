-- The modules of a group (p_kind module), or its bridge concepts with the modules that teach them
-- (concept), in alphabetical order. p_cells: what hg__cross_cells found, by kind and name.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_cohort_modules(p_cells jsonb, p_kind text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_cohort_modules$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            jsonb_build_object(
                p_kind, c.name, 'learners', c.figures -> 'learners',
                'questions', c.figures -> 'questions', 'correct', c.figures -> 'correct',
                'accuracy', c.figures -> 'accuracy', 'mastered', c.figures -> 'mastered'
            ) || CASE p_kind
                WHEN 'module' THEN jsonb_build_object('sessions', c.figures -> 'count')
                ELSE jsonb_build_object('modules', (
                    SELECT jsonb_agg(m.module ORDER BY m.module COLLATE "C")
                    FROM hg_modules AS m
                    WHERE p_cells -> 'module' ? m.module AND c.name IN (
                        SELECT btrim(t.concept)
                        FROM string_to_table(m.concepts, ',') AS t (concept)
                    )
                ))
            END
            ORDER BY c.name COLLATE "C"
        ), '[]')
        FROM jsonb_each(p_cells -> p_kind) AS c (name, figures)
    );
END
$hg__cross_cohort_modules$;

REVOKE ALL ON FUNCTION hg__cross_cohort_modules FROM public;
