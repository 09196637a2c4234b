-- What a token_run that was good or bad does to the attempts, the grade and the progression of its
-- module.
-- Writes: nothing. Calls: hg__current_step, hg__in_list_order. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_attempt(
    p_progress hg_progress, p_grade integer, p_entry hg_ledger, p_rules hg_rules,
    p_good boolean, p_perfect boolean,
    OUT o_progress hg_progress, OUT o_grade integer, OUT o_level_change integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_attempt$
DECLARE
    v_listed boolean := p_rules.level_moves = 'progression';
    v_type text := p_entry.details ->> 'fact_type';
BEGIN
    o_progress := p_progress;
    o_grade := p_grade;
    o_level_change := 0;
    IF v_listed AND (v_type IS NULL OR v_type IS DISTINCT FROM p_rules.fact_types[
        1 + hg__current_step(p_rules, p_progress.types_complete, p_entry.user_grade)
    ]) THEN
        -- Only the type at the current step progresses.
        RETURN;
    END IF;

    IF p_good THEN
        o_progress.attempt_bad := 0;
        o_progress.attempt_good := least(
            p_progress.attempt_good::bigint + CASE WHEN v_listed AND p_perfect THEN 2 ELSE 1 END,
            2147483647
        );
    ELSE
        o_progress.attempt_good := 0;
        o_progress.attempt_bad := least(p_progress.attempt_bad::bigint + 1, 2147483647);
    END IF;

    IF o_progress.attempt_good >= p_rules.up_after THEN
        IF v_listed THEN
            o_progress.types_complete := hg__in_list_order(
                p_rules, p_progress.types_complete || v_type
            );
            o_progress.attempt_good := 0;
        ELSIF p_grade < p_rules.grade_top THEN
            o_level_change := 1;
        END IF;
    ELSIF o_progress.attempt_bad >= p_rules.down_after AND NOT v_listed
        AND p_grade > p_rules.grade_bottom
    THEN
        o_level_change := -1;
    END IF;
    IF o_level_change <> 0 THEN
        o_grade := p_grade + o_level_change;
        o_progress.attempt_good := 0;
        o_progress.attempt_bad := 0;
    END IF;
END
$hg__fold_attempt$;

REVOKE ALL ON FUNCTION hg__fold_attempt FROM public;
