-- fastest_category and highest_score_category after a session in one module: that module against
-- the holder; all modules only where the holder itself has fallen back.
-- Writes: nothing. Calls: hg__best_categories. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_categories(
    p_modules jsonb, p_module text, p_before hg_progress, p_after hg_progress,
    p_fastest text, p_highest text, OUT o_fastest text, OUT o_highest text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_categories$
DECLARE
    v_questions bigint := p_after.total_questions_answered;
    v_holder jsonb;
    v_lead numeric;
BEGIN
    o_fastest := p_fastest;
    o_highest := p_highest;
    IF v_questions < 10 THEN
        RETURN;
    END IF;
    -- A holder that has become slower or less accurate may have to give way to anyone.
    IF (p_fastest = p_module AND p_after.time_spent_total::numeric
            * p_before.total_questions_answered > p_before.time_spent_total::numeric * v_questions)
        OR (p_highest = p_module AND p_after.correct_answers::numeric
            * p_before.total_questions_answered < p_before.correct_answers::numeric * v_questions)
    THEN
        SELECT b.o_fastest, b.o_highest INTO o_fastest, o_highest
        FROM hg__best_categories(p_modules) AS b;
        RETURN;
    END IF;

    IF p_after.time_spent_total > 0 AND p_fastest IS DISTINCT FROM p_module THEN
        v_holder := p_modules -> p_fastest -> 'progress';
        v_lead := p_after.time_spent_total
            * (v_holder ->> 'total_questions_answered')::numeric
            - (v_holder ->> 'time_spent_total')::numeric * v_questions;
        IF v_holder IS NULL OR v_lead < 0
            OR (v_lead = 0 AND p_module < p_fastest COLLATE "C")
        THEN
            o_fastest := p_module;
        END IF;
    END IF;
    IF p_highest IS DISTINCT FROM p_module THEN
        v_holder := p_modules -> p_highest -> 'progress';
        v_lead := (v_holder ->> 'correct_answers')::numeric * v_questions
            - p_after.correct_answers * (v_holder ->> 'total_questions_answered')::numeric;
        IF v_holder IS NULL OR v_lead < 0
            OR (v_lead = 0 AND p_module < p_highest COLLATE "C")
        THEN
            o_highest := p_module;
        END IF;
    END IF;
END
$hg__fold_categories$;

REVOKE ALL ON FUNCTION hg__fold_categories FROM public;
