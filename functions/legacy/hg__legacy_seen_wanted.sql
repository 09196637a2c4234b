-- What verify found of every module that the documents of many learners must have, one row each:
-- the values of its old block, or none. "learner" is the place in p_sources (from 1); the columns
-- are those of hg__legacy_seen_values, but for played, the last time the module was played, and
-- difficulty, the one that was set last.
-- Writes: nothing. Calls: hg__legacy_seen_values, hg__legacy_seen_difficulties. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_wanted(
    p_sources jsonb[], p_histories jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, module text, block jsonb, numbers jsonb, sessions numeric, questions numeric,
    correct numeric, tokens numeric, session_at timestamptz, test_at timestamptz,
    changed_at timestamptz, mastered_at timestamptz, played timestamptz, level_kept jsonb,
    progress_kept jsonb, difficulty integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_wanted$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH old AS MATERIALIZED (
        SELECT v.* FROM hg__legacy_seen_values(p_sources, p_version) AS v
    ),

    difficulties AS MATERIALIZED (
        SELECT d.* FROM hg__legacy_seen_difficulties(p_sources) AS d
    )

    SELECT
        s.learner,
        r.module,
        coalesce(o.block, '{}'),
        coalesce(o.numbers, '{}'),
        least(coalesce(o.sessions, 0), 2147483647),
        least(coalesce(o.questions, 0), 2147483647),
        least(coalesce(o.correct, 0), 2147483647),
        least(coalesce(o.tokens, 0), 2147483647),
        o.session_at,
        o.test_at,
        o.changed_at,
        o.mastered_at,
        greatest(
            o.played_at, o.session_at,
            -- A document of ours, which a rollback left, says by itself what was never played.
            CASE
                WHEN
                    (s.source #> '{document,version}')::text = '1'
                    AND (
                        o.block #> '{progress,last_played}' = 'null' OR o.played_at IS NOT NULL
                    )
                    THEN NULL
                ELSE (p_histories[s.learner] -> 'played' ->> r.module)::timestamptz
            END
        ),
        coalesce(o.level_kept, '{}'),
        coalesce(o.progress_kept, '{}'),
        d.difficulty
    FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
    CROSS JOIN hg_rules AS r
    LEFT JOIN old AS o ON s.learner = o.learner AND r.module = o.module
    LEFT JOIN difficulties AS d ON s.learner = d.learner AND r.module = d.module
    WHERE r.rules_version = p_version AND (r.active OR o.module IS NOT NULL);
END
$hg__legacy_seen_wanted$;

REVOKE ALL ON FUNCTION hg__legacy_seen_wanted FROM public;
