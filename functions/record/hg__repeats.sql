-- Whether a call repeats an activity that is stored: the same module, questions, correct answers,
-- seconds, kind of run and details; the instant does not matter.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__repeats(
    p_stored hg_ledger, p_call hg_ledger
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_stored.kind = 'activity' AND NOT (
    (
        p_stored.module, p_stored.questions, p_stored.correct, p_stored.seconds,
        p_stored.run_type, p_stored.details
    ) IS DISTINCT FROM (
        p_call.module, p_call.questions, p_call.correct, p_call.seconds,
        p_call.run_type, p_call.details
    )
);

REVOKE ALL ON FUNCTION hg__repeats FROM public;
