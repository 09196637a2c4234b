-- The blocks that the documents of many learners must have, without their mastery, as verify reads
-- it: level is a block without its progress. "learner" is the place in p_sources (from 1); played
-- is the last time the module was played, was_mastered what the older application said.
-- Generic plans: those that know the arrays' lengths took a quarter longer.
-- Writes: nothing. Calls: hg__legacy_seen_placed, hg__legacy_seen_texts, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_blocks(
    p_sources jsonb[], p_histories jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, module text, level jsonb, progress jsonb, played timestamptz,
    was_mastered boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
SET work_mem TO '32MB'
SET plan_cache_mode TO force_generic_plan
AS $hg__legacy_seen_blocks$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        t.learner,
        t.module,
        t.level_kept || jsonb_build_object(
            'grade_level', t.grade,
            'ai_analytics', CASE
                WHEN
                    jsonb_typeof(t.block -> 'ai_analytics') = 'object'
                    AND t.block -> 'ai_analytics' <> '{}'
                    THEN hg__legacy_seen_texts(t.block -> 'ai_analytics')
            END
        ),
        t.progress_kept || jsonb_build_object(
            'timestamp', hg__instant_text(
                coalesce(t.changed_at, greatest(t.played, t.test_at))
            ),
            'concepts', coalesce(
                CASE
                    WHEN jsonb_typeof(t.old_progress -> 'concepts') IN ('string', 'array') THEN (
                        SELECT string_agg(btrim(c.name, ' '), ', ' ORDER BY e.place, c.place)
                        FROM jsonb_array_elements('[]' || (t.old_progress -> 'concepts'))
                            WITH ORDINALITY AS e (item, place)
                        CROSS JOIN LATERAL string_to_table(e.item #>> '{}', ',')
                            WITH ORDINALITY AS c (name, place)
                        WHERE jsonb_typeof(e.item) = 'string' AND btrim(c.name, ' ') <> ''
                    )
                END,
                r.concepts
            ),
            'preferred_difficulty', coalesce(
                t.difficulty,
                CASE
                    WHEN t.numbers ? 'progress.preferred_difficulty' THEN least(greatest(
                        (t.numbers ->> 'progress.preferred_difficulty')::integer, 1
                    ), 5)
                    ELSE r.start_difficulty
                END
            ),
            'mastered_at', hg__instant_text(t.mastered_at),
            'mastery_override', t.override,
            'sessions_completed', t.sessions,
            'total_questions_answered', t.questions,
            'correct_answers', least(t.correct, t.questions),
            'tokens_earned', t.tokens,
            'time_spent_total', coalesce(t.numbers -> 'progress.time_spent_total', '0'),
            'best_score', CASE
                WHEN t.numbers ? 'progress.best_score'
                    THEN least((t.numbers ->> 'progress.best_score')::integer, 100)
                ELSE 0
            END,
            'best_time', t.numbers -> 'progress.best_time',
            'last_played', hg__instant_text(t.played),
            'test_taken',
            coalesce(t.old_progress ->> 'test_taken' ~* '^ *true *$', false),
            'test_rewarded',
            t.test_at IS NOT NULL OR CASE
                -- Of tests ours says by itself which were rewarded.
                WHEN (p_sources[t.learner] #> '{document,version}')::text = '1'
                    THEN coalesce(
                        substring(
                            t.old_progress ->> 'test_rewarded' FROM '(?i)^ *(true|false) *$'
                        ),
                        substring(t.old_progress ->> 'test_taken' FROM '(?i)^ *(true) *$'),
                        'false'
                    )::boolean
                ELSE
                    coalesce(t.old_progress ->> 'test_taken' ~* '^ *true *$', false)
                    OR coalesce(t.old_progress ->> 'test_rewarded' ~* '^ *true *$', false)
            END,
            'attempt_good', coalesce(t.good, '0'),
            'attempt_bad', coalesce(t.bad, '0'),
            'lesson', coalesce((t.numbers ->> 'progress.lesson')::integer, r.start_lesson),
            'streak_current', coalesce(t.numbers -> 'progress.streak_current', '0'),
            'streak_best', coalesce(t.numbers -> 'progress.streak_best', '0'),
            'recent_results', CASE
                WHEN
                    jsonb_typeof(t.old_progress -> 'recent_results') = 'string'
                    AND t.old_progress ->> 'recent_results' ~ '^[01]{0,10}$'
                    THEN t.old_progress ->> 'recent_results'
                ELSE ''
            END,
            'recent_questions', coalesce(t.numbers -> 'progress.recent_questions', '0'),
            'recent_correct', least(
                coalesce((t.numbers ->> 'progress.recent_correct')::integer, 0),
                coalesce((t.numbers ->> 'progress.recent_questions')::integer, 0)
            ),
            'types_complete', to_jsonb(t.types),
            'current_step', (
                SELECT min(f.place) - 1
                FROM unnest(r.fact_types) WITH ORDINALITY AS f (name, place)
                WHERE f.name <> ALL (t.types)
                AND (
                    (p_sources[t.learner] ->> 'grade')::smallint > r.auto_skip_above_grade
                    AND f.name = ANY (r.auto_skip_types)
                ) IS NOT TRUE
            )
        ),
        t.played,
        t.override IS NULL AND coalesce(
            t.old_progress ->> 'mastery_level' ~* '^ *(true|mastered) *$'
            AND jsonb_typeof(t.old_progress -> 'mastery_level') IN ('boolean', 'string'), false
        )
    FROM hg__legacy_seen_placed(p_sources, p_histories, p_version) AS t
    INNER JOIN hg_rules AS r ON t.module = r.module AND r.rules_version = p_version;
END
$hg__legacy_seen_blocks$;

REVOKE ALL ON FUNCTION hg__legacy_seen_blocks FROM public;
