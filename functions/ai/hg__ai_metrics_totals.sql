-- The totals of a learner: those of global_stats as stored, and how many modules were tried and
-- mastered.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing for well-formed statistics.
CREATE OR REPLACE FUNCTION hg__ai_metrics_totals(p_stats jsonb, p_tried jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_totals$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'sessions', p_stats -> 'total_sessions_completed',
            'questions', p_stats -> 'total_questions_answered',
            'correct', p_stats -> 'total_correct_answers',
            'accuracy', hg__ratio(
                (p_stats ->> 'total_correct_answers')::numeric,
                (p_stats ->> 'total_questions_answered')::numeric
            ),
            'minutes', (p_stats ->> 'total_time_spent')::integer / 60,
            'streak_days', p_stats -> 'streak_days',
            'longest_streak_days', p_stats -> 'longest_streak_days',
            'modules_tried', count(*),
            'modules_mastered', count(*) FILTER (WHERE (t.figures ->> 'mastered')::boolean)
        )
        FROM jsonb_each(p_tried) AS t (module, figures)
    );
END
$hg__ai_metrics_totals$;

REVOKE ALL ON FUNCTION hg__ai_metrics_totals FROM public;
