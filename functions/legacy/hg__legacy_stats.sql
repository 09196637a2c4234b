-- The new global_stats: of the columns of users and the old global_stats, both made sound before,
-- of the sums over the modules (p_totals, hg__legacy_modules) and of the history's last instant and
-- module. Keys that are not ours stay. The learner's days are those of p_rules' settings.
-- Writes: nothing. Calls: hg__legacy_at, hg__instant_text, hg__best_categories,
-- hg__legacy_day, hg__legacy_repair. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_stats(
    p_stats jsonb, p_user jsonb, p_blocks jsonb, p_totals integer[], p_last timestamptz,
    p_last_module text, p_rules hg_rules, p_user_id text, OUT o_stats jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_stats$
DECLARE
    c_max CONSTANT bigint := 2147483647;
    v_best record;
    v_tokens integer := CASE
        WHEN p_user ? 'tokens' THEN coalesce((p_user ->> 'tokens')::integer, 0)
        ELSE coalesce((p_stats ->> 'tokens')::integer, 0)
    END;
    v_earned integer;
    v_questions integer;
    v_correct integer;
    v_streak integer := coalesce(
        (p_user ->> 'streak_days')::integer, (p_stats ->> 'streak_days')::integer, 0
    );
    v_minutes integer := coalesce(
        (p_user ->> 'daily_engagement_minutes')::integer,
        (p_stats ->> 'daily_engagement_minutes')::integer, 0
    );
    v_seconds integer := coalesce((p_stats ->> 'daily_time_spent')::integer, 0);
    v_zone text := p_stats ->> 'time_zone';
    v_next_from timestamptz := CASE
        WHEN p_stats ->> 'time_zone_next' IS NOT NULL
            THEN hg__legacy_at(p_stats ->> 'time_zone_next_from')
    END;
    v_active timestamptz := hg__legacy_at(
        coalesce(p_user ->> 'last_active', p_stats ->> 'last_active')
    );
BEGIN
    v_best := hg__best_categories(p_blocks);
    v_earned := greatest(
        v_tokens, (p_stats ->> 'total_tokens_earned')::integer, p_totals[4]
    );
    v_questions := greatest(
        (p_user ->> 'questions_answered')::integer,
        (p_stats ->> 'total_questions_answered')::integer, p_totals[2]
    );
    v_correct := greatest(
        (p_user ->> 'correct_answers')::integer,
        (p_stats ->> 'total_correct_answers')::integer, p_totals[3]
    );
    IF v_correct > v_questions THEN
        o_repairs := ARRAY[hg__legacy_repair(
            p_user_id, 'more_correct', 'global_stats.total_correct_answers', to_jsonb(v_correct)
        )];
    END IF;
    -- The minutes are the seconds' by definition.
    IF v_seconds / 60 <> v_minutes THEN
        v_seconds := least(v_minutes * 60::bigint, c_max);
    END IF;

    o_stats := (p_stats - '{daily_tokens_earned,last_sync}'::text[]) || jsonb_build_object(
        'tokens', v_tokens,
        'total_tokens_earned', v_earned,
        'total_tokens_spent', v_earned - v_tokens,
        'daily_tokens', coalesce(
            (p_user ->> 'daily_tokens_earned')::integer, (p_stats ->> 'daily_tokens')::integer,
            (p_stats ->> 'daily_tokens_earned')::integer, 0
        ),
        'streak_days', v_streak,
        'longest_streak_days',
        greatest(v_streak, (p_stats ->> 'longest_streak_days')::integer),
        'streak_freezes', coalesce(
            (p_stats ->> 'streak_freezes')::integer, p_rules.streak_freeze_initial, 0
        ),
        'activity_date', greatest(
            hg__legacy_day(
                coalesce(p_last, v_active), coalesce(v_zone, p_rules.default_time_zone),
                p_rules.day_start_hour
            ) COLLATE "C",
            p_stats ->> 'activity_date'
        ),
        'time_zone', v_zone,
        'time_zone_next', CASE WHEN v_next_from IS NOT NULL THEN p_stats -> 'time_zone_next' END,
        'time_zone_next_from', hg__instant_text(v_next_from),
        'total_questions_answered', v_questions,
        'total_correct_answers', least(v_correct, v_questions),
        'total_sessions_completed',
        greatest((p_stats ->> 'total_sessions_completed')::integer, p_totals[1]),
        'total_time_spent',
        greatest((p_stats ->> 'total_time_spent')::integer, p_totals[5]),
        'daily_time_spent', v_seconds,
        'daily_engagement_minutes', v_minutes,
        'fastest_category', v_best.o_fastest,
        'highest_score_category', v_best.o_highest,
        'last_active', hg__instant_text(v_active),
        'last_module', p_last_module
    );
END
$hg__legacy_stats$;

REVOKE ALL ON FUNCTION hg__legacy_stats FROM public;
