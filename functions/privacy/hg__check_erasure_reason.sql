-- Refuses a reason of an erasure that names the learner: it outlives what is erased.
-- Writes: nothing. Calls: hg__check_reason, hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_erasure_reason(
    p_user_id text, p_reason text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_erasure_reason$
BEGIN
    PERFORM hg__check_reason(p_reason);
    -- As a word of its own: 7 is no part of 2027.
    IF p_reason ~* (
        '(^|[^[:alnum:]])' || regexp_replace(p_user_id, '([^[:alnum:]])', '\\\1', 'g')
        || '($|[^[:alnum:]])'
    ) THEN
        PERFORM hg__raise_argument(
            'p_reason', p_reason,
            'The reason is kept after the learner is erased: say it without the users.id.'
        );
    END IF;
END
$hg__check_erasure_reason$;

REVOKE ALL ON FUNCTION hg__check_erasure_reason FROM public;
