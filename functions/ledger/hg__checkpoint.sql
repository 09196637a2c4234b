-- The row that a learner's folding begins with: the latest checkpoint, of those recorded by an
-- instant.
-- Writes: nothing. Calls: nothing. Raises: nothing (all columns NULL where there is none).
CREATE OR REPLACE FUNCTION hg__checkpoint(
    p_user_id users.id%TYPE, p_recorded_by timestamptz DEFAULT 'infinity'
) RETURNS hg_ledger
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__checkpoint$
DECLARE
    v_checkpoint hg_ledger%ROWTYPE;
BEGIN
    SELECT l.* INTO v_checkpoint
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id
    AND l.kind IN ('skeleton', 'direct_write', 'import', 'retention')
    AND l.recorded_at <= p_recorded_by
    ORDER BY l.ledger_id DESC
    LIMIT 1;
    RETURN v_checkpoint;
END
$hg__checkpoint$;

REVOKE ALL ON FUNCTION hg__checkpoint FROM public;
