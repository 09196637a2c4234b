-- What global_stats must be in the new documents of many learners, as verify reads it, in the order
-- of p_sources.
-- Writes: nothing. Calls: hg__legacy_seen_read_stats, hg__local_day, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_stats(
    p_sources jsonb[], p_histories jsonb[], p_modules jsonb[], p_version integer
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_stats$
DECLARE
    v_rules hg_rules;
BEGIN
    -- The settings stand in every row of a version.
    SELECT r.* INTO v_rules FROM hg_rules AS r WHERE r.rules_version = p_version LIMIT 1;
    RETURN ARRAY(
        -- A figure may stand in a column, under two keys, or be the modules' sum.
        WITH decided AS MATERIALIZED (
            SELECT
                f.*,
                p_histories[f.learner] AS history,
                p_modules[f.learner] AS modules,
                CASE
                    WHEN f.tokens_column THEN coalesce((f.column_figures ->> 'tokens')::bigint, 0)
                    ELSE coalesce((f.figures ->> 'tokens')::bigint, 0)
                END AS tokens,
                (f.figures ->> 'total_tokens_earned')::bigint AS earned,
                coalesce(
                    (f.column_figures ->> 'daily_tokens_earned')::bigint,
                    (f.figures ->> 'daily_tokens')::bigint,
                    (f.figures ->> 'daily_tokens_earned')::bigint, 0
                ) AS daily_tokens,
                coalesce(
                    (f.column_figures ->> 'streak_days')::bigint,
                    (f.figures ->> 'streak_days')::bigint, 0
                ) AS streak,
                (f.figures ->> 'longest_streak_days')::bigint AS longest,
                coalesce((f.figures ->> 'streak_freezes')::bigint, v_rules.streak_freeze_initial)
                    AS freezes,
                greatest(
                    (f.column_figures ->> 'questions_answered')::bigint,
                    (f.figures ->> 'total_questions_answered')::bigint,
                    (p_modules[f.learner] ->> 'questions')::bigint
                ) AS questions,
                greatest(
                    (f.column_figures ->> 'correct_answers')::bigint,
                    (f.figures ->> 'total_correct_answers')::bigint,
                    (p_modules[f.learner] ->> 'correct')::bigint
                ) AS correct,
                greatest(
                    (f.figures ->> 'total_time_spent')::bigint,
                    (p_modules[f.learner] ->> 'seconds')::bigint
                ) AS seconds,
                coalesce(
                    (f.column_figures ->> 'daily_engagement_minutes')::bigint,
                    (f.figures ->> 'daily_engagement_minutes')::bigint, 0
                ) AS minutes,
                coalesce((f.figures ->> 'daily_time_spent')::bigint, 0) AS daily_seconds
            FROM hg__legacy_seen_read_stats(p_sources, p_version) AS f
        )

        SELECT (d.stats - '{daily_tokens_earned,last_sync}'::text[]) || jsonb_build_object(
            'tokens', d.tokens,
            'total_tokens_earned', t.earned,
            'total_tokens_spent', t.earned - d.tokens,
            'daily_tokens', d.daily_tokens,
            'streak_days', d.streak,
            'longest_streak_days', greatest(d.streak, d.longest),
            'streak_freezes', d.freezes,
            'activity_date', greatest(
                to_char(
                    hg__local_day(
                        coalesce((d.history ->> 'last')::timestamptz, d.active),
                        coalesce(d.zone, v_rules.default_time_zone), v_rules.day_start_hour
                    ), 'YYYY-MM-DD'
                ) COLLATE "C",
                d.day
            ),
            'time_zone', d.zone,
            'time_zone_next', CASE WHEN d.next_from IS NOT NULL THEN d.next_zone END,
            'time_zone_next_from', CASE
                WHEN d.next_zone IS NOT NULL THEN hg__instant_text(d.next_from)
            END,
            'total_questions_answered', d.questions,
            'total_correct_answers', least(d.correct, d.questions),
            'total_sessions_completed', greatest(
                (d.modules ->> 'sessions')::bigint,
                -- Modules of ours may have been reset.
                CASE
                    WHEN (p_sources[d.learner] #> '{document,version}')::text = '1'
                        THEN (d.figures ->> 'total_sessions_completed')::bigint
                END
            ),
            'total_time_spent', d.seconds,
            'daily_time_spent', CASE
                WHEN d.daily_seconds / 60 = d.minutes THEN d.daily_seconds
                ELSE least(d.minutes * 60, 2147483647)
            END,
            'daily_engagement_minutes', d.minutes,
            'fastest_category', d.modules -> 'fastest',
            'highest_score_category', d.modules -> 'highest',
            'last_active', hg__instant_text(d.active),
            'last_module', coalesce(d.last_module, d.history ->> 'last_module')
        )
        FROM decided AS d
        CROSS JOIN LATERAL (
            SELECT greatest(d.tokens, d.earned, (d.modules ->> 'tokens')::bigint) AS earned
        ) AS t
        ORDER BY d.learner
    );
END
$hg__legacy_seen_stats$;

REVOKE ALL ON FUNCTION hg__legacy_seen_stats FROM public;
