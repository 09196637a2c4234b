-- What each learner of a group adds to its figures: to every pair and module, to all sessions and
-- all moves, and to every concept that two or more of the modules with enough learners teach.
-- Writes: nothing. Calls: hg__cross_group, hg__cross_tallies. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_shares(
    p_user_ids jsonb, p_grades text[], p_active_since timestamptz, p_least integer
) RETURNS TABLE (
    o_kind text, o_name text, o_count bigint, o_good bigint, o_questions bigint, o_correct bigint,
    o_mastered boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_shares$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH tallies AS MATERIALIZED (
        SELECT
            t.*, g.o_user_id,
            g.o_modules #> ARRAY[t.o_to, 'progress', 'mastery_level'] = 'true' AS mastered
        FROM hg__cross_group(p_user_ids, p_grades, p_active_since) AS g
        CROSS JOIN LATERAL hg__cross_tallies(g.o_user_id) AS t
    ),

    taught AS (
        SELECT c.concept, c.module
        FROM (
            SELECT DISTINCT btrim(n.concept) AS concept, m.module
            FROM hg_modules AS m
            CROSS JOIN LATERAL string_to_table(m.concepts, ',') AS n (concept)
            WHERE btrim(n.concept) <> ''
        ) AS c
        INNER JOIN tallies AS t ON c.module = t.o_to AND t.o_from = '*'
        GROUP BY c.concept, c.module
        HAVING count(*) >= p_least
    ),

    bridges AS (
        SELECT t.concept FROM taught AS t GROUP BY t.concept HAVING count(*) >= 2
    )

    SELECT
        'pair', t.o_from || '>' || t.o_to, t.o_count, t.o_good, t.o_questions, t.o_correct,
        NULL::boolean
    FROM tallies AS t
    WHERE t.o_from <> '*'
    UNION ALL
    SELECT 'module', t.o_to, t.o_count, t.o_good, t.o_questions, t.o_correct, t.mastered
    FROM tallies AS t
    WHERE t.o_from = '*'
    UNION ALL
    SELECT
        CASE WHEN t.o_from = '*' THEN 'sessions' ELSE 'moves' END, '', sum(t.o_count)::bigint,
        0::bigint, sum(t.o_questions)::bigint, sum(t.o_correct)::bigint, NULL
    FROM tallies AS t
    GROUP BY t.o_user_id, t.o_from = '*'
    UNION ALL
    SELECT
        'concept', c.concept, sum(t.o_count)::bigint, 0::bigint, sum(t.o_questions)::bigint,
        sum(t.o_correct)::bigint, bool_and(t.mastered)
    FROM bridges AS b
    INNER JOIN taught AS c ON b.concept = c.concept
    INNER JOIN tallies AS t ON c.module = t.o_to AND t.o_from = '*'
    GROUP BY t.o_user_id, c.concept;
END
$hg__cross_shares$;

REVOKE ALL ON FUNCTION hg__cross_shares FROM public;
