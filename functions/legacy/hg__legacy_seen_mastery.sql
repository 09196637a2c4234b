-- The blocks that the documents of many learners must have, with their mastery, as verify reads it;
-- "learner" is the place in p_sources (from 1), the figures are the block's own. p_at: the instant
-- of a mastery of which nothing tells another.
-- Writes: nothing. Calls: hg__legacy_seen_blocks, hg__mastery_holds, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_mastery(
    p_sources jsonb[], p_histories jsonb[], p_version integer, p_at timestamptz
) RETURNS TABLE (
    learner bigint, module text, block jsonb, sessions bigint, questions bigint, correct bigint,
    tokens bigint, seconds bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_mastery$
#variable_conflict use_column
BEGIN
    RETURN QUERY
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
    )

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
        ),
        l.sessions,
        l.questions,
        (l.progress ->> 'correct_answers')::bigint,
        (l.progress ->> 'tokens_earned')::bigint,
        (l.progress ->> 'time_spent_total')::bigint
    FROM latched AS l;
END
$hg__legacy_seen_mastery$;

REVOKE ALL ON FUNCTION hg__legacy_seen_mastery FROM public;
