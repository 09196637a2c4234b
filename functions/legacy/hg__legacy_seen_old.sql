-- Every entry under "modules" in the old documents of many learners, as verify reads it: "learner"
-- is the place in p_sources (from 1); module NULL: the catalog does not know the name; turn 1 is
-- the block that serves first of those of one module, which is the one under the catalog's name,
-- else the first in the alphabet. What is no object is no block of a module.
-- Writes: nothing. Calls: hg__legacy_seen_names. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_old(
    p_sources jsonb[], p_version integer
) RETURNS TABLE (learner bigint, module text, turn bigint, name text, block jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_old$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH entries AS MATERIALIZED (
        SELECT s.learner, m.name, m.block
        FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        CROSS JOIN LATERAL jsonb_each(
            CASE
                WHEN jsonb_typeof(s.source #> '{document,modules}') = 'object'
                    THEN s.source #> '{document,modules}'
                ELSE '{}'
            END
        ) AS m (name, block)
    ),

    named AS MATERIALIZED (
        SELECT n.name, n.module
        FROM hg__legacy_seen_names(
            ARRAY(SELECT DISTINCT e.name FROM entries AS e), p_version
        ) AS n
    )

    SELECT
        e.learner,
        n.module,
        row_number() OVER (
            PARTITION BY e.learner, n.module ORDER BY e.name <> n.module, e.name COLLATE "C"
        ),
        e.name,
        e.block
    FROM entries AS e
    LEFT JOIN named AS n ON e.name = n.name
    WHERE n.module IS NULL OR jsonb_typeof(e.block) = 'object';
END
$hg__legacy_seen_old$;

REVOKE ALL ON FUNCTION hg__legacy_seen_old FROM public;
