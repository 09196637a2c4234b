-- Every concept of the modules with sessions: the accuracy pooled over those that teach it, and
-- whether all of them are mastered.
-- Writes: nothing. Calls: hg__is_block, hg__ratio. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__concept_mastery(p_modules jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__concept_mastery$
BEGIN
    RETURN (
        SELECT coalesce(
            jsonb_object_agg(
                c.concept,
                jsonb_build_object(
                    'accuracy', hg__ratio(c.correct, c.questions), 'mastered', c.mastered
                )
            ),
            '{}'
        )
        FROM (
            SELECT
                btrim(t.concept) AS concept,
                sum((m.block #>> '{progress,correct_answers}')::numeric) AS correct,
                sum((m.block #>> '{progress,total_questions_answered}')::numeric) AS questions,
                bool_and((m.block #>> '{progress,mastery_level}')::boolean) AS mastered
            FROM jsonb_each(p_modules) AS m (module, block)
            CROSS JOIN LATERAL
                string_to_table(m.block #>> '{progress,concepts}', ',') AS t (concept)
            WHERE CASE
                WHEN hg__is_block(m.block)
                    THEN (m.block #>> '{progress,sessions_completed}')::integer > 0
            END
            AND btrim(t.concept) <> ''
            GROUP BY btrim(t.concept)
        ) AS c
    );
END
$hg__concept_mastery$;

REVOKE ALL ON FUNCTION hg__concept_mastery FROM public;
