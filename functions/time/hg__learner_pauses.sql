-- The days paused for one learner alone, as recorded before a ledger row (NULL: until now).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__learner_pauses(
    p_user_id users.id%TYPE, p_before_ledger_id bigint DEFAULT NULL
) RETURNS datemultirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__learner_pauses$
DECLARE
    v_pauses datemultirange;
BEGIN
    SELECT range_agg(daterange(
        (l.details ->> 'from')::date, (l.details ->> 'to')::date, '[]'
    ))
    INTO v_pauses
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.kind = 'pause'
    AND (p_before_ledger_id IS NULL OR l.ledger_id < p_before_ledger_id);

    RETURN coalesce(v_pauses, '{}');
END
$hg__learner_pauses$;

REVOKE ALL ON FUNCTION hg__learner_pauses FROM public;
