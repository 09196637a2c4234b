-- The rows that are folded upon a checkpoint, in the order of occurrence: those recorded after it,
-- less the activities that were reversed. p_arriving is a row that is not stored yet;
-- p_recorded_by leaves out what was recorded later; p_after_at and p_after_id are a place, and
-- what stands before it or at it is left out (NULL: nothing is).
-- Writes: nothing. Calls: hg__reversed. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__history(
    p_checkpoint hg_ledger,
    p_arriving hg_ledger DEFAULT NULL,
    p_recorded_by timestamptz DEFAULT 'infinity',
    p_after_at timestamptz DEFAULT NULL,
    p_after_id uuid DEFAULT NULL
) RETURNS SETOF hg_ledger
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__history$
DECLARE
    c_least_id CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    v_reversed uuid[] := hg__reversed(p_checkpoint.user_id, p_recorded_by);
BEGIN
    IF p_arriving.kind = 'reversal' THEN
        v_reversed := v_reversed || (p_arriving.details ->> 'activity_id')::uuid;
    END IF;

    RETURN QUERY
    SELECT e.*
    FROM (
        SELECT l.*
        FROM hg_ledger AS l
        WHERE l.user_id = p_checkpoint.user_id AND l.ledger_id > p_checkpoint.ledger_id
        AND l.recorded_at <= p_recorded_by
        AND l.occurred_at >= coalesce(p_after_at, '-infinity')
        AND (l.occurred_at, l.id)
        > (coalesce(p_after_at, '-infinity'), coalesce(p_after_id, c_least_id))
        AND l.id <> ALL (v_reversed)
        UNION ALL
        SELECT (p_arriving).*
        WHERE p_arriving.id IS NOT NULL
    ) AS e
    ORDER BY greatest(e.occurred_at, p_checkpoint.occurred_at), e.occurred_at, e.id;
END
$hg__history$;

REVOKE ALL ON FUNCTION hg__history FROM public;
