-- The columns of a legacy table that show the document, and the SQL of what they show, an object;
-- an empty one where the table lacks what that takes. t is the row, s.section the document's
-- section of AI texts.
-- Writes: nothing. Calls: hg__legacy_view_has, hg__legacy_view_learner, hg__legacy_view_modules,
-- hg__legacy_view_order, hg__legacy_view_differs. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_shown(
    p_table text, p_relation regclass
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_shown$
DECLARE
    c_keys CONSTANT jsonb := '{
        "analysis_date": "analysis_date", "learning_patterns": "learning_patterns",
        "strengths": "strengths", "areas_for_improvement": "areas_for_improvement",
        "engagement_analysis": "engagement_analysis", "weakness_concepts": "weaknesses",
        "suggested_activities": "suggested_activities", "strength_concepts": "strengths",
        "recommended_activities": "suggested_activities", "generated_at": "datetime_generated"
    }';
    v_learner record := hg__legacy_view_learner(p_relation);
    v_newest text;
BEGIN
    IF p_table = 'subject_mastery'
        AND hg__legacy_view_has(p_relation, '{subject,difficulty_level}')
    THEN
        RETURN jsonb_build_object('difficulty_level', format(
            'coalesce((SELECT (jsonb_populate_record(NULL::%1$s, jsonb_build_object('
            '''difficulty_level'', u.hidden_grade_asset #> ARRAY[''modules'', '
            '%2$L::jsonb ->> t.subject::text, ''progress'', ''preferred_difficulty'']'
            '))).difficulty_level FROM users AS u '
            'WHERE %3$s = %4$s AND %2$L::jsonb ? t.subject::text), t.difficulty_level)',
            p_relation, hg__legacy_view_modules(), v_learner.o_id, v_learner.o_learner
        ));
    ELSIF p_table <> 'ai_analytics' THEN
        RETURN '{}';
    END IF;

    -- Equality only, so that it can be looked up for one learner or hashed for all. It stands last
    -- in what is asked: most rows say what the document says.
    v_newest := format(
        'EXISTS (SELECT FROM (SELECT DISTINCT ON (%1$s) %1$s AS learner, t.tableoid AS part, '
        't.ctid AS place FROM %2$s AS t ORDER BY %1$s, %3$s) AS n '
        'WHERE n.learner = %1$s AND n.part = t.tableoid AND n.place = t.ctid)',
        v_learner.o_learner, p_relation, hg__legacy_view_order(p_relation)
    );
    RETURN coalesce((
        SELECT
            jsonb_object_agg(k.key, format(
                'CASE WHEN s.section IS NOT NULL AND %1$s AND %2$s '
                'THEN (jsonb_populate_record(NULL::%3$s, '
                'jsonb_build_object(%4$L, s.section -> %5$L))).%4$I ELSE t.%4$I END',
                hg__legacy_view_differs(p_relation, k.key, k.value), v_newest, p_relation,
                k.key, k.value
            ))
        FROM jsonb_each_text(c_keys) AS k
        WHERE hg__legacy_view_has(p_relation, ARRAY[k.key])
    ), '{}');
END
$hg__legacy_view_shown$;

REVOKE ALL ON FUNCTION hg__legacy_view_shown FROM public;
