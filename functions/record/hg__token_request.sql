-- The tokens a token_run or test asks for by its module's rules, the bonus for mastery aside;
-- p_entry.good is known already. The band is the time limit played under where it is given, else
-- the time it took; unknown is slow.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__token_request(
    p_rules hg_rules, p_entry hg_ledger, p_perfect boolean, p_test_rewarded boolean
) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_entry.run_type = 'test'
        THEN
            CASE WHEN p_test_rewarded THEN 0 ELSE p_rules.test_first_tokens END
            + coalesce(p_entry.correct / p_rules.test_correct_per_token, 0)
    WHEN
        p_rules.fast_seconds IS NOT NULL AND coalesce(
            (p_entry.details ->> 'time_limit')::numeric = p_rules.slow_seconds,
            p_entry.seconds > p_rules.fast_seconds,
            true
        )
        THEN
            (p_entry.correct / p_rules.correct_per_unit) * p_rules.slow_tokens_per_unit
            + CASE WHEN p_perfect THEN p_rules.slow_perfect_bonus ELSE 0 END
    ELSE
        (p_entry.correct / p_rules.correct_per_unit) * p_rules.tokens_per_unit
        + CASE WHEN p_perfect THEN p_rules.tokens_perfect_bonus ELSE 0 END
END + CASE
    WHEN p_entry.run_type = 'test' THEN 0
    WHEN p_perfect THEN coalesce(p_rules.tokens_when_perfect, p_rules.tokens_when_good)
    WHEN p_entry.good THEN p_rules.tokens_when_good
    ELSE 0
END;

REVOKE ALL ON FUNCTION hg__token_request FROM public;
