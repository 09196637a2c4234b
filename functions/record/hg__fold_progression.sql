-- What a token_run that was good or bad does to the attempts and the complete types of a module
-- with a progression list: only the type at the current step progresses.
-- Writes: nothing. Calls: hg__current_step, hg__in_list_order. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_progression(
    p_attempt_good integer, p_attempt_bad integer, p_types_complete text[],
    p_entry hg_ledger, p_rules hg_rules, p_perfect boolean,
    OUT o_good integer, OUT o_bad integer, OUT o_types_complete text[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_progression$
DECLARE
    v_type text := p_entry.details ->> 'fact_type';
BEGIN
    o_good := p_attempt_good;
    o_bad := p_attempt_bad;
    o_types_complete := p_types_complete;
    IF v_type IS NULL OR v_type IS DISTINCT FROM p_rules.fact_types[
        1 + hg__current_step(p_rules, p_types_complete, p_entry.user_grade)
    ] THEN
        RETURN;
    END IF;
    IF NOT p_entry.good THEN
        o_good := 0;
        o_bad := least(p_attempt_bad + 1::bigint, 2147483647);
        RETURN;
    END IF;
    o_good := least(p_attempt_good + CASE WHEN p_perfect THEN 2 ELSE 1 END::bigint, 2147483647);
    o_bad := 0;
    IF o_good >= p_rules.up_after THEN
        o_good := 0;
        o_types_complete := hg__in_list_order(p_rules, p_types_complete || v_type);
    END IF;
END
$hg__fold_progression$;

REVOKE ALL ON FUNCTION hg__fold_progression FROM public;
