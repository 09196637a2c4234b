-- The head figures of a learner: tokens, streak, questions, accuracy, time, sessions.
-- Writes: nothing. Calls: hg__report_value, hg__report_number, hg__report_card, hg__report_share,
-- hg__report_time. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_figures(p_stats jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_figures$
DECLARE
    v_figures jsonb := (
        SELECT jsonb_object_agg(s.name, hg__report_value(
            'global_stats.' || s.name, s.value, hg__report_number(s.value::bigint)
        ))
        FROM jsonb_each_text(p_stats) AS s (name, value)
        WHERE s.name IN (
            'tokens', 'total_tokens_earned', 'streak_days', 'longest_streak_days',
            'total_questions_answered', 'total_correct_answers', 'total_sessions_completed'
        )
    );
    v_days text := CASE p_stats ->> 'streak_days' WHEN '1' THEN ' day' ELSE ' days' END;
BEGIN
    RETURN concat(
        '<dl class="figures">',
        hg__report_card(
            'Tokens', v_figures ->> 'tokens',
            (v_figures ->> 'total_tokens_earned') || ' earned in all'
        ),
        hg__report_card(
            'Streak', (v_figures ->> 'streak_days') || v_days,
            'longest: ' || (v_figures ->> 'longest_streak_days')
        ),
        hg__report_card(
            'Questions', v_figures ->> 'total_questions_answered',
            (v_figures ->> 'total_correct_answers') || ' correct'
        ),
        hg__report_card('Accuracy', hg__report_share(
            'global_stats.total_correct_answers', 'global_stats.total_questions_answered',
            (p_stats ->> 'total_correct_answers')::bigint,
            (p_stats ->> 'total_questions_answered')::bigint
        ), 'of all questions'),
        hg__report_card('Time', hg__report_value(
            'global_stats.total_time_spent', p_stats ->> 'total_time_spent',
            hg__report_time((p_stats ->> 'total_time_spent')::bigint)
        ), 'practice included'),
        hg__report_card('Sessions', v_figures ->> 'total_sessions_completed', 'completed'),
        '</dl>'
    );
END
$hg__report_figures$;

REVOKE ALL ON FUNCTION hg__report_figures FROM public;
