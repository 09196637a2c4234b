-- suggested_activities of a learner: practice for up to three weak concepts, up to two modules that
-- go well and are not mastered; where there is none of these, what is left to do.
-- Writes: nothing. Calls: hg__ai_rules_practice, hg__ai_rules_count, hg__ai_rules_correct.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_activities(p_input jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_activities$
DECLARE
    v_texts text[] := hg__ai_rules_practice(p_input, 3) || ARRAY(
        SELECT format(
            'Go on with %s towards mastery: %s good among the last %s.',
            m.module, m.figures ->> 'recent_good',
            hg__ai_rules_count(m.figures ->> 'recent_sessions', 'result')
        )
        FROM jsonb_each(p_input -> 'modules') AS m (module, figures)
        CROSS JOIN LATERAL jsonb_to_record(m.figures) AS f (
            mastered boolean, sessions integer, recent_good integer, recent_sessions integer
        )
        WHERE NOT f.mastered AND f.recent_sessions >= 3
        AND 5 * f.recent_good >= 4 * f.recent_sessions
        ORDER BY f.recent_good DESC, f.sessions DESC, m.module COLLATE "C"
        LIMIT 2
    );
    v_next record;
BEGIN
    IF v_texts <> '{}' THEN
        RETURN v_texts;
    END IF;
    SELECT m.module, m.figures, (m.figures ->> 'questions')::integer AS questions INTO v_next
    FROM jsonb_each(p_input -> 'modules') AS m (module, figures)
    WHERE NOT (m.figures ->> 'mastered')::boolean
    ORDER BY (m.figures ->> 'sessions')::integer DESC, m.module COLLATE "C"
    LIMIT 1;
    RETURN ARRAY[CASE
        WHEN NOT found THEN 'Begin a module that has not been tried: those tried are mastered.'
        WHEN v_next.questions < 10 THEN format(
            'Play more of %s: %s so far say little.',
            v_next.module, hg__ai_rules_count(v_next.questions::text, 'question')
        )
        ELSE format(
            'Go on with %s: %s are correct so far, and it is not mastered yet.',
            v_next.module, hg__ai_rules_correct(v_next.figures)
        )
    END];
END
$hg__ai_rules_activities$;

REVOKE ALL ON FUNCTION hg__ai_rules_activities FROM public;
