-- The modules in the old documents of many learners that the catalog does not know, as verify reads
-- them, one row a learner who has any: "learner" is the place in p_sources (from 1), blocks the
-- modules as they are, the figures the sums over all of them (NULL: there is no such figure).
-- Writes: nothing. Calls: hg__legacy_seen_old, hg__legacy_seen_number. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_others(
    p_sources jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, blocks jsonb, sessions numeric, questions numeric, correct numeric,
    tokens numeric, seconds numeric
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_others$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH unknown AS MATERIALIZED (
        SELECT o.learner, o.name, o.block
        FROM hg__legacy_seen_old(p_sources, p_version) AS o
        WHERE o.module IS NULL
    ),

    -- Their figures count, wherever they stand.
    figures AS (
        SELECT
            u.learner,
            f.key,
            least(greatest(trunc(hg__legacy_seen_number(f.value)), 0), 2147483647) AS figure
        FROM unknown AS u
        CROSS JOIN LATERAL (
            SELECT e.key, e.value
            FROM jsonb_each(CASE jsonb_typeof(u.block) WHEN 'object' THEN u.block ELSE '{}' END)
            AS e
            WHERE e.key <> 'time_spent_total'
            UNION ALL
            SELECT e.key, e.value
            FROM jsonb_each(
                CASE jsonb_typeof(u.block -> 'progress')
                    WHEN 'object' THEN u.block -> 'progress'
                    ELSE '{}'
                END
            ) AS e
        ) AS f
        WHERE f.key IN (
            'sessions_completed', 'total_questions_answered', 'correct_answers',
            'tokens_earned', 'time_spent_total'
        )
        AND hg__legacy_seen_number(f.value) IS NOT NULL
    ),

    sums AS (
        SELECT
            f.learner,
            sum(f.figure) FILTER (WHERE f.key = 'sessions_completed') AS sessions,
            sum(f.figure) FILTER (WHERE f.key = 'total_questions_answered') AS questions,
            sum(f.figure) FILTER (WHERE f.key = 'correct_answers') AS correct,
            sum(f.figure) FILTER (WHERE f.key = 'tokens_earned') AS tokens,
            sum(f.figure) FILTER (WHERE f.key = 'time_spent_total') AS seconds
        FROM figures AS f
        GROUP BY f.learner
    ),

    kept AS (
        SELECT u.learner, jsonb_object_agg(u.name, u.block) AS blocks
        FROM unknown AS u
        GROUP BY u.learner
    )

    SELECT
        k.learner,
        k.blocks,
        s.sessions,
        s.questions,
        s.correct,
        s.tokens,
        s.seconds
    FROM kept AS k
    LEFT JOIN sums AS s ON k.learner = s.learner;
END
$hg__legacy_seen_others$;

REVOKE ALL ON FUNCTION hg__legacy_seen_others FROM public;
