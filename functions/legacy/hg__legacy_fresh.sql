-- The modules of the catalog that nobody touched yet, whose old blocks hold nothing but what a new
-- learner's would, or are missing: their new blocks, those of the skeleton, with the difficulty
-- that is known otherwise. o_rest are the other modules, which have to be looked at.
-- Most blocks of most learners are such, and this is much sooner said than they are built.
-- The arguments are as for hg__legacy_blocks.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_fresh(
    p_blocks jsonb, p_more jsonb, p_played jsonb, p_difficulties jsonb, p_user_grade smallint,
    p_rules_version integer, OUT o_blocks jsonb, OUT o_rest text[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_fresh$
DECLARE
    -- Other forms of these say the same.
    c_any CONSTANT text[] := '{concepts,current_step,good_attempt,bad_attempt}'::text[];
    v_skeleton jsonb := (
        SELECT v.skeleton -> 'modules' FROM hg_rule_versions AS v
        WHERE v.version = p_rules_version
    );
BEGIN
    SELECT
        coalesce(
            jsonb_object_agg(
                f.module,
                CASE
                    WHEN p_difficulties ? f.module
                        THEN f.fresh || jsonb_build_object(
                            'progress', (f.fresh -> 'progress') || jsonb_build_object(
                                'preferred_difficulty', p_difficulties -> f.module -> 0
                            )
                        )
                    ELSE f.fresh
                END
            ) FILTER (WHERE f.is_fresh),
            '{}'
        ),
        array_agg(f.module) FILTER (WHERE NOT f.is_fresh)
    INTO o_blocks, o_rest
    FROM (
        SELECT
            b.module,
            b.fresh,
            CASE
                WHEN b.fresh IS NULL THEN false
                WHEN b.level IS NULL THEN true
                WHEN NOT b.fresh @> (b.level - 'progress') THEN false
                WHEN b.progress IS NULL THEN true
                WHEN jsonb_typeof(b.progress) <> 'object' THEN false
                ELSE b.fresh -> 'progress' @> (b.progress - c_any)
                    AND (
                        b.progress -> 'concepts' IS NULL
                        OR b.progress -> 'concepts' IN ('null', '""', '[]')
                        OR b.progress -> 'concepts' = to_jsonb(string_to_array(b.concepts, ', '))
                    )
                    AND coalesce(b.progress -> 'good_attempt', '0') = '0'
                    AND coalesce(b.progress -> 'bad_attempt', '0') = '0'
            END AS is_fresh
        FROM (
            SELECT
                r.module,
                r.concepts,
                p_blocks -> r.module AS level,
                p_blocks -> r.module -> 'progress' AS progress,
                CASE
                    WHEN
                        r.active AND NOT p_played ? r.module AND NOT p_more ? r.module
                        AND (p_user_grade > r.auto_skip_above_grade) IS NOT TRUE
                        THEN v_skeleton -> r.module
                END AS fresh
            FROM hg_rules AS r
            WHERE r.rules_version = p_rules_version AND (r.active OR p_blocks ? r.module)
            OFFSET 0
        ) AS b
        OFFSET 0
    ) AS f;
END
$hg__legacy_fresh$;

REVOKE ALL ON FUNCTION hg__legacy_fresh FROM public;
