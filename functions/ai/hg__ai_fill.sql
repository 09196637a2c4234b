-- The section of a scope, filled by arithmetic. An answer of OpenAI's stays until a new one is due;
-- where the figures say the same as before, nothing is written.
-- Writes: hg_ai_analyses, users, hg_ledger (a learner's first checkpoint). Calls: hg__ai_locked,
-- hg__ai_section_path, hg__ai_due_reason, hg__ai_sessions, hg__ai_metrics, hg__ai_by_rules,
-- hg__ai_made, hg__store_document, hg__ai_remember. Raises: LG404, LG422.
CREATE OR REPLACE FUNCTION hg__ai_fill(p_user_id users.id%TYPE, p_scope text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_fill$
DECLARE
    c_nothing CONSTANT jsonb := '{"learning_patterns": {}, "strengths": [], '
        '"areas_for_improvement": [], "engagement_analysis": {}, "suggested_activities": [], '
        '"weaknesses": []}';
    v_learner record := hg__ai_locked(p_user_id);
    v_now timestamptz := clock_timestamp();
    v_path text[] := hg__ai_section_path(p_scope);
    v_section jsonb := v_learner.o_document #> v_path;
    v_last hg_ai_analyses%ROWTYPE;
    v_answer jsonb;
BEGIN
    SELECT a.* INTO v_last
    FROM hg_ai_analyses AS a
    WHERE a.user_id = p_user_id AND a.scope = p_scope;
    IF v_section @> '{"source": "openai", "stale": false}' AND hg__ai_due_reason(
        v_last, hg__ai_sessions(v_learner.o_document, p_scope), v_now, v_learner.o_rules
    ) IS NULL
    THEN
        RETURN v_section;
    END IF;

    v_answer := coalesce(
        hg__ai_by_rules(p_scope, hg__ai_metrics(p_user_id, p_scope, v_learner.o_document)),
        c_nothing
    );
    IF v_section @> '{"source": "rules", "stale": false}' AND v_section || v_answer = v_section THEN
        RETURN v_section;
    END IF;
    v_answer := hg__ai_made(
        v_learner.o_document, p_scope, v_answer, 'rules', NULL, v_now, v_learner.o_rules
    );
    -- A module that the document has no block of yet has nothing to be remembered.
    IF v_section IS NOT NULL THEN
        PERFORM hg__store_document(
            p_user_id, jsonb_set(v_learner.o_document, v_path, v_answer)
        );
        PERFORM hg__ai_remember(p_user_id, p_scope, v_now);
    END IF;
    RETURN v_answer;
END
$hg__ai_fill$;

REVOKE ALL ON FUNCTION hg__ai_fill FROM public;
