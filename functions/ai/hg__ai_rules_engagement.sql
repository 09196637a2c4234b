-- engagement_analysis of a learner or of one module: how often, how long and when, and the streak.
-- Writes: nothing. Calls: hg__ai_rules_count, hg__ai_rules_percent, hg__ai_rules_finding.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_engagement(p_input jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_engagement$
DECLARE
    v_habits jsonb := p_input -> 'habits';
    v_totals jsonb := p_input -> 'totals';
    v_time text := v_habits ->> 'usual_time';
BEGIN
    RETURN hg__ai_rules_finding(
        p_input,
        concat_ws(
            ' ',
            CASE
                WHEN v_time IS NULL THEN 'When and how long each session was is not known.'
                ELSE format(
                    'In the %s up to the last session: %s on %s. Questions per session: %s.',
                    hg__ai_rules_count(v_habits ->> 'window_days', 'day'),
                    hg__ai_rules_count(v_habits ->> 'sessions', 'session'),
                    hg__ai_rules_count(v_habits ->> 'active_days', 'day'),
                    v_habits ->> 'questions_per_session'
                )
            END,
            'Seconds per question: ' || (v_habits ->> 'seconds_per_question') || '.',
            CASE WHEN (v_habits ->> v_time)::numeric > 0.5 THEN 'Mostly ' ELSE 'Most often ' END
            || CASE v_time WHEN 'night' THEN 'at night' ELSE 'in the ' || v_time END
            || ' (' || hg__ai_rules_percent(v_habits ->> v_time) || ' of the sessions).',
            'Streak when last played: '
            || hg__ai_rules_count(v_totals ->> 'streak_days', 'day') || '; the longest: '
            || hg__ai_rules_count(v_totals ->> 'longest_streak_days', 'day') || '. Time in all: '
            || hg__ai_rules_count(v_totals ->> 'minutes', 'minute') || '.'
        ),
        ARRAY[
            'habits.sessions', 'habits.active_days', 'habits.questions_per_session',
            'habits.seconds_per_question', 'habits.' || v_time, 'totals.streak_days',
            'totals.longest_streak_days', 'totals.minutes'
        ]
    );
END
$hg__ai_rules_engagement$;

REVOKE ALL ON FUNCTION hg__ai_rules_engagement FROM public;
