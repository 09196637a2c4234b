-- The plan's part on the installation: whether there is one and in which state, how far an import
-- is, learners marked as changed and in quarantine. Before make migrate all of it may be missing.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_state() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_state$
DECLARE
    v_answer jsonb := jsonb_build_object(
        'schema', current_schema(),
        'database', current_database(),
        'server_version', current_setting('server_version'),
        'installed', false, 'state', NULL, 'import', NULL
    );
BEGIN
    IF to_regclass('hg_installation') IS NOT NULL THEN
        SELECT v_answer || jsonb_build_object(
            'installed', i.code_version IS NOT NULL, 'state', i.state, 'version', i.code_version
        )
        INTO v_answer
        FROM hg_installation AS i;
    END IF;
    IF to_regclass('hg_legacy_run') IS NOT NULL THEN
        SELECT v_answer || jsonb_build_object('import', jsonb_build_object(
            'started_at', r.started_at, 'finished_at', r.finished_at, 'paused', r.paused,
            'rolling_back', r.rolling_back, 'finalizing', r.finalizing,
            'learners', r.learners, 'busy_seconds', extract(EPOCH FROM r.busy),
            'changed', (SELECT count(*) FROM hg_legacy_dirty AS d),
            'quarantined', (SELECT count(*) FROM hg_legacy_quarantine AS q)
        ))
        INTO v_answer
        FROM hg_legacy_run AS r;
    END IF;
    RETURN v_answer;
END
$hg__legacy_plan_state$;

REVOKE ALL ON FUNCTION hg__legacy_plan_state FROM public;
