-- What "modules" must be in the new documents of many learners, as verify reads it, in the order of
-- p_sources: "blocks" of the catalog's modules, "unknown" ones as they are, the sums over all of
-- them (sessions, questions, correct, tokens, seconds), and the best categories (fastest, highest).
-- Writes: nothing. Calls: hg__legacy_seen_blocks, hg__legacy_seen_old, hg__legacy_seen_number,
-- hg__mastery_holds, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_modules(
    p_sources jsonb[], p_histories jsonb[], p_version integer, p_at timestamptz
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
SET work_mem TO '32MB'
AS $hg__legacy_seen_modules$
BEGIN
    RETURN ARRAY(
        WITH drafts AS (
            SELECT
                b.*,
                r.mastery_policy,
                (b.progress ->> 'sessions_completed')::bigint AS sessions,
                (b.progress ->> 'total_questions_answered')::bigint AS questions,
                -- The rule speaks of what has been done only; types that are skipped count as done.
                coalesce(
                    (b.progress ->> 'sessions_completed')::bigint > 0
                    OR (b.progress ->> 'total_questions_answered')::bigint > 0
                    OR b.progress -> 'types_complete' <> '[]'
                    OR (
                        (p_sources[b.learner] ->> 'grade')::smallint > r.auto_skip_above_grade
                        AND r.auto_skip_types <> '{}'
                    ),
                    false
                ) AS touched,
                r AS rule
            FROM hg__legacy_seen_blocks(p_sources, p_histories, p_version) AS b
            INNER JOIN hg_rules AS r ON b.module = r.module AND r.rules_version = p_version
            OFFSET 0
        ),

        judged AS (
            SELECT
                d.*,
                CASE
                    WHEN d.touched THEN hg__mastery_holds(
                        d.rule, d.level || jsonb_build_object('progress', d.progress),
                        (p_sources[d.learner] ->> 'grade')::smallint
                    )
                    ELSE false
                END AS holds
            FROM drafts AS d
            OFFSET 0
        ),

        latched AS (
            SELECT
                j.*,
                coalesce(
                    j.progress ->> 'mastered_at',
                    CASE
                        WHEN j.was_mastered OR j.holds
                            THEN hg__instant_text(coalesce(j.played, p_at))
                    END
                ) AS mastered
            FROM judged AS j
            OFFSET 0
        ),

        blocks AS (
            SELECT
                l.learner,
                l.module,
                l.level || jsonb_build_object(
                    'progress',
                    l.progress || jsonb_build_object(
                        'mastered_at', l.mastered,
                        'mastery_level', coalesce(
                            (l.progress #>> '{mastery_override,value}')::boolean,
                            l.touched AND (
                                l.holds
                                OR (l.mastery_policy = 'latched' AND l.mastered IS NOT NULL)
                            )
                        )
                    )
                ) AS block,
                l.sessions,
                l.questions,
                (l.progress ->> 'correct_answers')::bigint AS correct,
                (l.progress ->> 'tokens_earned')::bigint AS tokens,
                (l.progress ->> 'time_spent_total')::bigint AS seconds
            FROM latched AS l
        ),

        -- Modules that the catalog does not know: their figures count, wherever they stand.
        unknown AS MATERIALIZED (
            SELECT o.learner, o.name, o.block
            FROM hg__legacy_seen_old(p_sources, p_version) AS o
            WHERE o.module IS NULL
        ),

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

        others AS (
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
        ),

        known AS (
            SELECT
                b.learner,
                jsonb_object_agg(b.module, b.block) AS blocks,
                sum(b.sessions) AS sessions,
                sum(b.questions) AS questions,
                sum(b.correct) AS correct,
                sum(b.tokens) AS tokens,
                sum(b.seconds) AS seconds,
                (array_agg(
                    b.module
                    ORDER BY b.seconds::numeric(60, 40) / nullif(b.questions, 0),
                    b.module COLLATE "C"
                ) FILTER (WHERE b.questions >= 10 AND b.seconds > 0))[1] AS fastest,
                (array_agg(
                    b.module
                    ORDER BY b.correct::numeric(60, 40) / nullif(b.questions, 0) DESC,
                    b.module COLLATE "C"
                ) FILTER (WHERE b.questions >= 10))[1] AS highest
            FROM blocks AS b
            GROUP BY b.learner
        )

        SELECT jsonb_build_object(
            'blocks', coalesce(k.blocks, '{}'),
            'unknown', coalesce(u.blocks, '{}'),
            'sessions', least(coalesce(k.sessions, 0) + coalesce(o.sessions, 0), 2147483647),
            'questions', least(coalesce(k.questions, 0) + coalesce(o.questions, 0), 2147483647),
            'correct', least(coalesce(k.correct, 0) + coalesce(o.correct, 0), 2147483647),
            'tokens', least(coalesce(k.tokens, 0) + coalesce(o.tokens, 0), 2147483647),
            'seconds', least(coalesce(k.seconds, 0) + coalesce(o.seconds, 0), 2147483647),
            'fastest', k.fastest,
            'highest', k.highest
        )
        FROM generate_subscripts(p_sources, 1) AS n (learner)
        LEFT JOIN known AS k ON n.learner = k.learner
        LEFT JOIN kept AS u ON n.learner = u.learner
        LEFT JOIN others AS o ON n.learner = o.learner
        ORDER BY n.learner
    );
END
$hg__legacy_seen_modules$;

REVOKE ALL ON FUNCTION hg__legacy_seen_modules FROM public;
