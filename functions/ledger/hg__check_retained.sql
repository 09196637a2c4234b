-- Refuses an instant of which the ledger no longer tells: before the first checkpoint it has, where
-- that is not the learner's beginning.
-- Writes: nothing. Calls: hg__raise_argument, hg__exact_instant_text. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_retained(
    p_user_id users.id%TYPE, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_retained$
DECLARE
    v_first record;
BEGIN
    SELECT l.recorded_at, l.occurred_at INTO v_first
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id
    AND l.kind IN ('skeleton', 'direct_write', 'import', 'retention')
    ORDER BY l.ledger_id
    LIMIT 1;
    IF p_at < v_first.recorded_at AND v_first.occurred_at > '-infinity' THEN
        PERFORM hg__raise_argument('p_at', p_at::text, format(
            'The ledger tells of this learner since %s.',
            hg__exact_instant_text(v_first.recorded_at)
        ));
    END IF;
END
$hg__check_retained$;

REVOKE ALL ON FUNCTION hg__check_retained FROM public;
