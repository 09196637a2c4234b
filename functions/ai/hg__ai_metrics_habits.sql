-- When and how a learner plays, as figures: of the sessions of hg__ai_metrics_window. Of several
-- times of day with as many sessions the usual one is the first in the alphabet.
-- Writes: nothing. Calls: hg__ai_metrics_window, hg__ratio, hg__ai_metrics_trend.
-- Raises: nothing for well-formed statistics.
CREATE OR REPLACE FUNCTION hg__ai_metrics_habits(
    p_user_id users.id%TYPE, p_module text, p_stats jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_habits$
DECLARE
    w record := hg__ai_metrics_window(p_user_id, p_module, p_stats);
    v_recent numeric := hg__ratio(w.o_recent_correct, w.o_recent_questions);
    v_before numeric := hg__ratio(w.o_before_correct, w.o_before_questions);
BEGIN
    RETURN jsonb_build_object(
        'window_days', 28,
        'sessions', w.o_sessions,
        'active_days', w.o_days,
        'questions_per_session', trim_scale(round(
            w.o_questions::numeric / nullif(w.o_sessions, 0), 1
        )),
        'seconds_per_question', trim_scale(round(
            w.o_seconds::numeric / nullif(w.o_timed_questions, 0), 1
        )),
        'morning', hg__ratio(w.o_morning, w.o_sessions),
        'afternoon', hg__ratio(w.o_afternoon, w.o_sessions),
        'evening', hg__ratio(w.o_evening, w.o_sessions),
        'night', hg__ratio(w.o_night, w.o_sessions),
        'usual_time', CASE greatest(w.o_morning, w.o_afternoon, w.o_evening, w.o_night)
            WHEN 0 THEN NULL
            WHEN w.o_afternoon THEN 'afternoon'
            WHEN w.o_evening THEN 'evening'
            WHEN w.o_morning THEN 'morning'
            WHEN w.o_night THEN 'night'
        END,
        'accuracy_recent', v_recent,
        'accuracy_before', v_before,
        'trend', hg__ai_metrics_trend(
            v_recent, w.o_recent_questions, v_before, w.o_before_questions
        )
    );
END
$hg__ai_metrics_habits$;

REVOKE ALL ON FUNCTION hg__ai_metrics_habits FROM public;
