-- What a step of the import answers. total is the planner's estimate.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_import_answer(
    p_step text, p_learners bigint, p_more boolean,
    p_wait_ms integer DEFAULT 0, p_reason text DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_import_answer$
DECLARE
    v_done bigint := (SELECT r.learners FROM hg_legacy_run AS r);
    v_total bigint := (
        SELECT CASE WHEN c.reltuples > 0 THEN greatest(c.reltuples, v_done) END
        FROM pg_class AS c
        WHERE c.oid = 'users'::regclass
    );
BEGIN
    RETURN jsonb_build_object(
        'step', p_step,
        'learners', p_learners,
        'done', v_done,
        'total', v_total,
        'more', p_more,
        'wait_ms', p_wait_ms,
        'reason', p_reason,
        'quarantined', (SELECT count(*) FROM hg_legacy_quarantine AS q),
        -- Counted so far only: the learners of this step are held meanwhile.
        'dirty', (SELECT count(*) FROM (SELECT FROM hg_legacy_dirty AS d LIMIT 10000) AS n)
    );
END
$hg__legacy_import_answer$;

REVOKE ALL ON FUNCTION hg__legacy_import_answer FROM public;
