-- The mastery a token_run or test leaves its module with, and what is paid for it. p_progress holds
-- the session's counters already; p_room is what the day's cap leaves (NULL: no cap applies).
-- Mastery looks at the block as it stands after the session, its tokens included; only the bonus
-- that it may bring is paid after it.
-- Writes: nothing. Calls: hg__token_request, hg__award, hg__merge_progress, hg__form_holds,
-- hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_reward(
    p_block jsonb, p_progress hg_progress, p_grade integer, p_entry hg_ledger, p_rules hg_rules,
    p_perfect boolean, p_total_earned integer, p_room bigint,
    OUT o_progress hg_progress, OUT o_block jsonb,
    OUT o_requested integer, OUT o_awarded integer, OUT o_capped_by hg_token_limit
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_reward$
DECLARE
    v_is_test boolean := p_entry.run_type = 'test';
    v_award record;
    v_holds boolean;
BEGIN
    o_progress := p_progress;
    o_requested := hg__token_request(
        p_rules, p_entry, p_perfect, p_progress.test_rewarded
    );
    v_award := hg__award(o_requested, p_room, p_total_earned);
    o_progress.tokens_earned := least(
        p_progress.tokens_earned + v_award.o_award::bigint, 2147483647
    );
    o_progress.test_rewarded := p_progress.test_rewarded
        OR (v_is_test AND p_rules.test_first_tokens > 0);
    o_block := hg__merge_progress(p_block, o_progress, p_grade);

    v_holds := hg__form_holds(p_rules.mastery_rule, p_rules, o_block, p_entry.user_grade);
    IF v_holds AND p_progress.mastered_at IS NULL THEN
        o_progress.mastered_at := hg__instant_text(p_entry.occurred_at);
        IF v_is_test AND p_rules.test_mastery_bonus > 0 THEN
            o_requested := o_requested + p_rules.test_mastery_bonus;
            v_award := hg__award(o_requested, p_room, p_total_earned);
            o_progress.tokens_earned := least(
                p_progress.tokens_earned + v_award.o_award::bigint, 2147483647
            );
        END IF;
    END IF;
    o_progress.mastery_level := coalesce(
        (p_progress.mastery_override ->> 'value')::boolean,
        v_holds OR (p_rules.mastery_policy = 'latched' AND o_progress.mastered_at IS NOT NULL)
    );
    IF (o_progress.mastered_at, o_progress.mastery_level)
        IS DISTINCT FROM (p_progress.mastered_at, p_progress.mastery_level)
    THEN
        o_block := hg__merge_progress(p_block, o_progress, p_grade);
    END IF;
    o_awarded := v_award.o_award;
    o_capped_by := v_award.o_capped_by;
END
$hg__fold_reward$;

REVOKE ALL ON FUNCTION hg__fold_reward FROM public;
