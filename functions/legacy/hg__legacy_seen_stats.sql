-- What global_stats must be in the new documents of many learners, as verify reads it, in the order
-- of p_sources.
-- Writes: nothing. Calls: hg__legacy_seen_number, hg__legacy_seen_instant, hg__legacy_seen_names,
-- hg__local_day, hg__instant_text. Raises: nothing.
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
        WITH places AS MATERIALIZED (
            SELECT
                s.learner,
                s.source -> 'columns' AS columns,
                CASE
                    WHEN jsonb_typeof(s.source #> '{document,global_stats}') = 'object'
                        THEN s.source #> '{document,global_stats}'
                    ELSE '{}'
                END AS stats,
                (s.source #> '{document,version}')::text = '1' AS ours
            FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        ),

        -- All numbers there are, of the document and of the columns.
        numbers AS (
            SELECT
                v.learner,
                jsonb_object_agg(
                    v.key, least(greatest(trunc(v.number), 0), 2147483647)::bigint
                ) FILTER (WHERE NOT v.of_column) AS stats,
                jsonb_object_agg(
                    v.key, least(greatest(trunc(v.number), 0), 2147483647)::bigint
                ) FILTER (WHERE v.of_column) AS columns
            FROM (
                SELECT
                    p.learner, false AS of_column, e.key, hg__legacy_seen_number(e.value) AS number
                FROM places AS p
                CROSS JOIN LATERAL jsonb_each(p.stats) AS e
                UNION ALL
                SELECT p.learner, true, e.key, hg__legacy_seen_number(e.value)
                FROM places AS p
                CROSS JOIN LATERAL jsonb_each(p.columns) AS e
            ) AS v
            WHERE v.number IS NOT NULL
            GROUP BY v.learner
        ),

        -- PostgreSQL's list of zones takes its time: it is asked once, and only if there are any.
        asked AS MATERIALIZED (
            SELECT DISTINCT z.zone
            FROM places AS p
            CROSS JOIN LATERAL (
                VALUES (p.stats -> 'time_zone'), (p.stats -> 'time_zone_next')
            ) AS z (zone)
            WHERE jsonb_typeof(z.zone) = 'string'
        ),

        zones AS MATERIALIZED (
            SELECT a.zone
            FROM asked AS a
            WHERE a.zone = '"UTC"' OR (
                a.zone #>> '{}' LIKE '%/%' AND a.zone #>> '{}' !~ '^(posix|right|Etc)/'
                AND a.zone #>> '{}' IN (SELECT z.name FROM pg_timezone_names AS z)
            )
        ),

        names AS MATERIALIZED (
            SELECT n.name, n.module
            FROM hg__legacy_seen_names(
                ARRAY(
                    SELECT DISTINCT p.stats ->> 'last_module' FROM places AS p
                    WHERE p.ours AND jsonb_typeof(p.stats -> 'last_module') = 'string'
                ),
                p_version
            ) AS n
        ),

        figures AS MATERIALIZED (
            SELECT
                p.learner,
                p.stats,
                p_histories[p.learner] AS history,
                p_modules[p.learner] AS modules,
                n.module AS last_module,
                CASE
                    WHEN p.columns ? 'tokens' THEN coalesce((f.columns ->> 'tokens')::bigint, 0)
                    ELSE coalesce((f.stats ->> 'tokens')::bigint, 0)
                END AS tokens,
                (f.stats ->> 'total_tokens_earned')::bigint AS earned,
                coalesce(
                    (f.columns ->> 'daily_tokens_earned')::bigint,
                    (f.stats ->> 'daily_tokens')::bigint,
                    (f.stats ->> 'daily_tokens_earned')::bigint, 0
                ) AS daily_tokens,
                coalesce(
                    (f.columns ->> 'streak_days')::bigint, (f.stats ->> 'streak_days')::bigint, 0
                ) AS streak,
                (f.stats ->> 'longest_streak_days')::bigint AS longest,
                coalesce((f.stats ->> 'streak_freezes')::bigint, v_rules.streak_freeze_initial)
                    AS freezes,
                greatest(
                    (f.columns ->> 'questions_answered')::bigint,
                    (f.stats ->> 'total_questions_answered')::bigint,
                    (p_modules[p.learner] ->> 'questions')::bigint
                ) AS questions,
                greatest(
                    (f.columns ->> 'correct_answers')::bigint,
                    (f.stats ->> 'total_correct_answers')::bigint,
                    (p_modules[p.learner] ->> 'correct')::bigint
                ) AS correct,
                greatest(
                    (f.stats ->> 'total_time_spent')::bigint,
                    (p_modules[p.learner] ->> 'seconds')::bigint
                ) AS seconds,
                coalesce(
                    (f.columns ->> 'daily_engagement_minutes')::bigint,
                    (f.stats ->> 'daily_engagement_minutes')::bigint, 0
                ) AS minutes,
                coalesce((f.stats ->> 'daily_time_spent')::bigint, 0) AS daily_seconds,
                coalesce(
                    hg__legacy_seen_instant(p.columns -> 'last_active'),
                    hg__legacy_seen_instant(p.stats -> 'last_active')
                ) AS active,
                CASE
                    WHEN p.stats -> 'time_zone' IN (SELECT z.zone FROM zones AS z)
                        THEN p.stats ->> 'time_zone'
                END AS zone,
                CASE
                    WHEN p.stats -> 'time_zone_next' IN (SELECT z.zone FROM zones AS z)
                        THEN p.stats ->> 'time_zone_next'
                END AS next_zone,
                hg__legacy_seen_instant(p.stats -> 'time_zone_next_from') AS next_from,
                CASE
                    WHEN
                        p.stats ->> 'activity_date' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
                        AND hg__legacy_seen_instant(p.stats -> 'activity_date') IS NOT NULL
                        THEN p.stats ->> 'activity_date'
                END AS day
            FROM places AS p
            LEFT JOIN numbers AS f ON p.learner = f.learner
            LEFT JOIN names AS n
                ON p.ours AND jsonb_typeof(p.stats -> 'last_module') = 'string'
                AND n.name = p.stats ->> 'last_module'
        )

        SELECT (f.stats - '{daily_tokens_earned,last_sync}'::text[]) || jsonb_build_object(
            'tokens', f.tokens,
            'total_tokens_earned', t.earned,
            'total_tokens_spent', t.earned - f.tokens,
            'daily_tokens', f.daily_tokens,
            'streak_days', f.streak,
            'longest_streak_days', greatest(f.streak, f.longest),
            'streak_freezes', f.freezes,
            'activity_date', greatest(
                to_char(
                    hg__local_day(
                        coalesce((f.history ->> 'last')::timestamptz, f.active),
                        coalesce(f.zone, v_rules.default_time_zone), v_rules.day_start_hour
                    ), 'YYYY-MM-DD'
                ) COLLATE "C",
                f.day
            ),
            'time_zone', f.zone,
            'time_zone_next', CASE WHEN f.next_from IS NOT NULL THEN f.next_zone END,
            'time_zone_next_from', CASE
                WHEN f.next_zone IS NOT NULL THEN hg__instant_text(f.next_from)
            END,
            'total_questions_answered', f.questions,
            'total_correct_answers', least(f.correct, f.questions),
            'total_sessions_completed', f.modules -> 'sessions',
            'total_time_spent', f.seconds,
            'daily_time_spent', CASE
                WHEN f.daily_seconds / 60 = f.minutes THEN f.daily_seconds
                ELSE least(f.minutes * 60, 2147483647)
            END,
            'daily_engagement_minutes', f.minutes,
            'fastest_category', f.modules -> 'fastest',
            'highest_score_category', f.modules -> 'highest',
            'last_active', hg__instant_text(f.active),
            'last_module', coalesce(f.last_module, f.history ->> 'last_module')
        )
        FROM figures AS f
        CROSS JOIN LATERAL (
            SELECT greatest(f.tokens, f.earned, (f.modules ->> 'tokens')::bigint) AS earned
        ) AS t
        ORDER BY f.learner
    );
END
$hg__legacy_seen_stats$;

REVOKE ALL ON FUNCTION hg__legacy_seen_stats FROM public;
