-- The old global_stats and the columns of users with all that the import reads of them as it should
-- be, and the archive rows of what was mended. The sessions that have been completed are the
-- modules' sum, unless the document is ours (p_ours): then there may be modules that were reset.
-- Writes: nothing. Calls: hg__legacy_plain, hg__legacy_mended. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_read_stats(
    p_stats jsonb, p_user jsonb, p_ours boolean, p_user_id text,
    OUT o_stats jsonb, OUT o_user jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_read_stats$
DECLARE
    v_mended record;
BEGIN
    o_stats := p_stats;
    o_user := p_user;
    IF NOT hg__legacy_plain(
        concat_ws(
            ',', p_stats -> 'tokens', p_stats -> 'total_tokens_earned', p_stats -> 'daily_tokens',
            p_stats -> 'daily_tokens_earned', p_stats -> 'streak_days',
            p_stats -> 'longest_streak_days', p_stats -> 'streak_freezes',
            p_stats -> 'total_questions_answered', p_stats -> 'total_correct_answers',
            p_stats -> 'total_time_spent', p_stats -> 'daily_time_spent',
            p_stats -> 'daily_engagement_minutes'
        ),
        '',
        concat_ws(',', p_stats -> 'last_active', p_stats -> 'time_zone_next_from')
    ) OR num_nonnulls(p_stats ->> 'time_zone', p_stats ->> 'activity_date') > 0 THEN
        v_mended := hg__legacy_mended(
            p_stats, '{global_stats}', p_user_id, 'global_stats', NULL
        );
        o_stats := v_mended.o_object;
        o_repairs := v_mended.o_repairs;
    END IF;
    IF NOT p_ours THEN
        o_stats := o_stats - 'total_sessions_completed';
    ELSIF NOT hg__legacy_plain(concat_ws(',', p_stats -> 'total_sessions_completed'), '', '') THEN
        v_mended := hg__legacy_mended(
            o_stats, '{our global_stats}', p_user_id, 'global_stats', NULL
        );
        o_stats := v_mended.o_object;
        o_repairs := o_repairs || v_mended.o_repairs;
    END IF;
    IF o_stats ->> 'time_zone_next_from' IS NOT NULL THEN
        v_mended := hg__legacy_mended(o_stats, '{zone change}', p_user_id, 'global_stats', NULL);
        o_stats := v_mended.o_object;
        IF v_mended.o_repairs IS NOT NULL THEN
            -- A change to what is no zone is none.
            o_stats := o_stats || '{"time_zone_next_from": null}';
            o_repairs := o_repairs || v_mended.o_repairs;
        END IF;
    END IF;
    IF NOT hg__legacy_plain(
        concat_ws(
            ',', p_user -> 'tokens', p_user -> 'streak_days', p_user -> 'daily_tokens_earned',
            p_user -> 'questions_answered', p_user -> 'correct_answers',
            p_user -> 'daily_engagement_minutes'
        ),
        '',
        concat_ws(',', p_user -> 'last_active')
    ) THEN
        v_mended := hg__legacy_mended(p_user, '{columns}', p_user_id, NULL, NULL);
        o_user := v_mended.o_object;
        o_repairs := o_repairs || v_mended.o_repairs;
    END IF;
END
$hg__legacy_read_stats$;

REVOKE ALL ON FUNCTION hg__legacy_read_stats FROM public;
