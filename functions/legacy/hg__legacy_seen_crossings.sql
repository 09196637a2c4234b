-- What cross_module_analytics must be in the new documents of many learners, as verify reads it, in
-- the order of p_sources: the pairs that a rollback left, if they are sound, else those of the
-- history; the rest follows from pairs and blocks.
-- Writes: nothing. Calls: hg__legacy_seen_texts, hg__transition_rates, hg__learning_sequence,
-- hg__concept_mastery. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_crossings(
    p_sources jsonb[], p_histories jsonb[], p_modules jsonb[], p_version integer
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_crossings$
BEGIN
    RETURN ARRAY(
        WITH sections AS MATERIALIZED (
            SELECT
                s.learner,
                CASE
                    WHEN jsonb_typeof(s.source #> '{document,cross_module_analytics}') = 'object'
                        THEN s.source #> '{document,cross_module_analytics}'
                    ELSE '{}'
                END AS section,
                (s.source #> '{document,version}')::text = '1' AS ours
            FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        ),

        left_pairs AS (
            SELECT s.learner, s.section -> 'learning_patterns_between_modules' AS pairs
            FROM sections AS s
            CROSS JOIN LATERAL jsonb_each(
                CASE jsonb_typeof(s.section -> 'learning_patterns_between_modules')
                    WHEN 'object' THEN s.section -> 'learning_patterns_between_modules'
                END
            ) AS p (name, pair)
            LEFT JOIN hg_rules AS a
                ON a.rules_version = p_version AND a.module = split_part(p.name, '>', 1)
            LEFT JOIN hg_rules AS b
                ON b.rules_version = p_version AND b.module = split_part(p.name, '>', 2)
            WHERE s.ours
            GROUP BY s.learner, s.section
            HAVING count(*) <= 8 AND bool_and(
                p.name = concat(a.module, '>', b.module)
                AND a.module IS NOT NULL AND b.module IS NOT NULL
                AND p.pair @? '$ ? (@.type() == "object")'
                AND (
                    SELECT
                        count(*) = 4
                        AND bool_and(
                            CASE
                                WHEN f.figure::text ~ '^[0-9]{1,10}$'
                                    THEN (f.figure #>> '{}')::bigint <= 2147483647
                                ELSE false
                            END
                        )
                    FROM unnest('{count,good,questions,correct}'::text[]) AS k (key)
                    CROSS JOIN LATERAL (SELECT p.pair -> k.key AS figure) AS f
                )
                AND p.pair -> 'count' > '0'
                AND p.pair -> 'correct' <= p.pair -> 'questions'
            )
        ),

        paired AS MATERIALIZED (
            SELECT
                s.learner,
                s.section,
                coalesce(l.pairs, p_histories[s.learner] -> 'pairs') AS pairs,
                p_modules[s.learner] -> 'blocks' AS blocks
            FROM sections AS s
            LEFT JOIN left_pairs AS l ON s.learner = l.learner
        )

        SELECT p.section || jsonb_build_object(
            'learning_patterns_between_modules', p.pairs,
            'module_transition_success_rate', hg__transition_rates(p.pairs),
            'preferred_learning_sequence', hg__learning_sequence(p.blocks, p.pairs),
            'cross_concept_mastery', hg__concept_mastery(p.blocks),
            'ai_analytics', CASE
                WHEN
                    jsonb_typeof(p.section -> 'ai_analytics') = 'object'
                    AND p.section -> 'ai_analytics' <> '{}'
                    THEN hg__legacy_seen_texts(p.section -> 'ai_analytics')
            END
        )
        FROM paired AS p
        ORDER BY p.learner
    );
END
$hg__legacy_seen_crossings$;

REVOKE ALL ON FUNCTION hg__legacy_seen_crossings FROM public;
