-- An activity that the rules in force do not take: one that repeats a stored activity is
-- answered all the same, any other is refused, in the order 22023, LG404, LG409, LG405.
-- Writes: nothing (locks the learner). Calls: hg__repeats, hg__replay, hg__raise_argument,
-- hg__raise_unknown_learner, hg__raise_unknown_module. Raises: 22023, LG404, LG409, LG405.
CREATE OR REPLACE FUNCTION hg__replay_or_refuse(
    p_call hg_ledger, p_problem text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__replay_or_refuse$
DECLARE
    v_known boolean;
    v_stored hg_ledger;
    v_receipt jsonb;
BEGIN
    PERFORM FROM users AS u WHERE u.id = p_call.user_id FOR NO KEY UPDATE;
    v_known := found;
    IF p_problem IS NOT NULL THEN
        SELECT l.* INTO v_stored
        FROM hg_ledger AS l
        WHERE l.user_id = p_call.user_id AND l.id = p_call.id;
        IF NOT found OR NOT hg__repeats(v_stored, p_call) THEN
            PERFORM hg__raise_argument('p_details', p_call.details::text, p_problem);
        END IF;
    END IF;
    IF NOT v_known THEN
        PERFORM hg__raise_unknown_learner(p_call.user_id::text);
    END IF;
    v_receipt := hg__replay(p_call);
    IF v_receipt IS NULL THEN
        PERFORM hg__raise_unknown_module(p_call.module);
    END IF;
    RETURN v_receipt;
END
$hg__replay_or_refuse$;

REVOKE ALL ON FUNCTION hg__replay_or_refuse FROM public;
