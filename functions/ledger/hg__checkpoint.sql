-- The row that a learner's folding begins with: the latest checkpoint.
-- Writes: nothing. Calls: nothing. Raises: nothing (all columns NULL where there is none).
CREATE OR REPLACE FUNCTION hg__checkpoint(p_user_id users.id%TYPE) RETURNS hg_ledger
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
    ORDER BY l.ledger_id DESC
    LIMIT 1;
    RETURN v_checkpoint;
END
$hg__checkpoint$;

REVOKE ALL ON FUNCTION hg__checkpoint FROM public;
