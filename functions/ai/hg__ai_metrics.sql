-- The input of an analysis: what is known of a learner in figures, and nothing else. No id, no day,
-- no instant, no text that is not the catalog's; of users.grade the band. A function of document,
-- ledger, catalog and settings, never of the clock: who does not play has the same input for ever.
-- NULL where there is nothing to analyse: no module of the scope was tried, or, across modules,
-- fewer than two.
-- Writes: nothing. Calls: hg__grade_number, hg__ai_metrics_tried, hg__ai_metrics_grade_band,
-- hg__ai_metrics_totals, hg__ai_metrics_habits, hg__ai_metrics_modules, hg__ai_metrics_concepts,
-- hg__ai_metrics_cross, hg__ai_metrics_module.
-- Raises: nothing for a well-formed document; across modules 55000, LG404, LG422.
CREATE OR REPLACE FUNCTION hg__ai_metrics(
    p_user_id users.id%TYPE, p_scope text, p_document jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics$
DECLARE
    v_module text := CASE WHEN p_scope NOT IN ('global', 'cross_module') THEN p_scope END;
    v_grade smallint := (
        SELECT hg__grade_number(u.grade::text) FROM users AS u WHERE u.id = p_user_id
    );
    v_stats jsonb := p_document -> 'global_stats';
    v_modules jsonb := p_document -> 'modules';
    v_tried jsonb := hg__ai_metrics_tried(v_modules, v_module);
    v_input jsonb := jsonb_build_object(
        'scope', p_scope, 'grade_band', hg__ai_metrics_grade_band(v_grade)
    );
BEGIN
    IF v_tried = '{}' THEN
        RETURN NULL;
    ELSIF p_scope = 'global' THEN
        RETURN v_input || jsonb_build_object(
            'totals', hg__ai_metrics_totals(v_stats, v_tried),
            'habits', hg__ai_metrics_habits(p_user_id, NULL, v_stats),
            'modules', hg__ai_metrics_modules(v_tried, '{}'),
            'concepts', hg__ai_metrics_concepts(v_tried)
        );
    ELSIF p_scope = 'cross_module' THEN
        IF (SELECT count(*) FROM jsonb_object_keys(v_tried) AS k) < 2 THEN
            RETURN NULL;
        END IF;
        RETURN v_input || jsonb_build_object(
            'totals', hg__ai_metrics_totals(v_stats, v_tried),
            'modules', hg__ai_metrics_modules(v_tried, '{concepts}')
        ) || hg__ai_metrics_cross(p_user_id, v_tried);
    END IF;

    RETURN v_input || jsonb_build_object(
        'module', (v_tried -> p_scope)
        || hg__ai_metrics_module(p_scope, v_modules -> p_scope, v_grade),
        'habits', hg__ai_metrics_habits(p_user_id, p_scope, v_stats),
        'concepts', hg__ai_metrics_concepts(v_tried)
    );
END
$hg__ai_metrics$;

REVOKE ALL ON FUNCTION hg__ai_metrics FROM public;
