-- One step of a procedure of the move, tried once and waiting no longer than a moment for a lock:
-- whoever waits for a table's lock makes all who come later wait, too. Where the lock was not to be
-- had, the answer says how long to wait before the next try.
-- Writes: as the step. Calls: hg_legacy_import_step, hg_legacy_cutover_step,
-- hg_legacy_rollback_step, hg_legacy_finalize_step. Raises: as the step, but not 55P03.
CREATE OR REPLACE FUNCTION hg__legacy_attempt(
    p_step text, p_options jsonb DEFAULT '{}'
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET lock_timeout TO '50ms'
AS $hg__legacy_attempt$
BEGIN
    RETURN CASE p_step
        WHEN 'import' THEN hg_legacy_import_step(p_options)
        WHEN 'cutover'
            THEN hg_legacy_cutover_step((p_options ->> 'allow_quarantine')::boolean)
        WHEN 'rollback' THEN hg_legacy_rollback_step()
        WHEN 'finalize' THEN hg_legacy_finalize_step((p_options ->> 'columns')::boolean)
    END;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN jsonb_build_object(
            'step', 'locked',
            'learners', 0,
            'more', true,
            -- Long against the lock_timeout, so that those who queued behind it get through.
            'wait_ms', 100 + floor(random() * 300),
            'reason', 'a table is in use: ' || sqlerrm
        );
END
$hg__legacy_attempt$;

REVOKE ALL ON FUNCTION hg__legacy_attempt FROM public;
