-- What "modules" must be in the new documents of many learners, as verify reads it, in the order of
-- p_sources: "blocks" of the catalog's modules, "unknown" ones as they are, the sums over all of
-- them (sessions, questions, correct, tokens, seconds), and the best categories (fastest, highest).
-- Writes: nothing. Calls: hg__legacy_seen_mastery, hg__legacy_seen_others. Raises: nothing.
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
        WITH known AS (
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
            FROM hg__legacy_seen_mastery(p_sources, p_histories, p_version, p_at) AS b
            GROUP BY b.learner
        )

        SELECT jsonb_build_object(
            'blocks', coalesce(k.blocks, '{}'),
            'unknown', coalesce(o.blocks, '{}'),
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
        LEFT JOIN hg__legacy_seen_others(p_sources, p_version) AS o ON n.learner = o.learner
        ORDER BY n.learner
    );
END
$hg__legacy_seen_modules$;

REVOKE ALL ON FUNCTION hg__legacy_seen_modules FROM public;
