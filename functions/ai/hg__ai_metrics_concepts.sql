-- The concepts of the tried modules, each pooled over those that teach it: the forty with the most
-- questions, ties by name. consistency is the share of good ones among the recent sessions;
-- mastered, when every one of the modules is.
-- Writes: nothing. Calls: hg__ratio, hg__ai_metrics_strength. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_metrics_concepts(p_tried jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_concepts$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(c.concept, jsonb_build_object(
            'questions', c.questions,
            'correct', c.correct,
            'accuracy', hg__ratio(c.correct, c.questions),
            'consistency', hg__ratio(c.recent_good, c.recent_sessions),
            'mastered', c.mastered,
            'modules', c.modules,
            'strength', hg__ai_metrics_strength(
                c.correct, c.questions, c.recent_good, c.recent_sessions, c.mastered
            )
        ))
        FROM (
            SELECT
                n.concept,
                count(*) AS modules,
                sum(f.questions) AS questions,
                sum(f.correct) AS correct,
                sum(f.recent_good) AS recent_good,
                sum(f.recent_sessions) AS recent_sessions,
                bool_and(f.mastered) AS mastered
            FROM jsonb_each(p_tried) AS t (module, figures)
            CROSS JOIN LATERAL jsonb_to_record(t.figures) AS f (
                questions integer, correct integer, recent_good integer, recent_sessions integer,
                mastered boolean, concepts jsonb
            )
            CROSS JOIN LATERAL jsonb_array_elements_text(f.concepts) AS n (concept)
            GROUP BY n.concept
            ORDER BY sum(f.questions) DESC, n.concept COLLATE "C"
            LIMIT 40
        ) AS c
    );
END
$hg__ai_metrics_concepts$;

REVOKE ALL ON FUNCTION hg__ai_metrics_concepts FROM public;
