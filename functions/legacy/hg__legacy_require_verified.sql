-- Refuses the cutover while it could lose something: before the import has finished, while its
-- verification is missing or has found differences, while learners are in quarantine, unless
-- p_allow_quarantine, and where columns of users could not follow the document.
-- Writes: nothing. Calls: hg__legacy_refuse, hg__legacy_require_columns. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__legacy_require_verified(
    p_state text, p_run hg_legacy_run, p_allow_quarantine boolean
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_require_verified$
DECLARE
    v_differences bigint := (SELECT count(*) FROM hg_legacy_differences AS d);
    v_quarantined bigint := (SELECT count(*) FROM hg_legacy_quarantine AS q);
BEGIN
    IF p_state IN ('pending', 'importing') OR (p_state = 'imported' AND NOT p_run.swept) THEN
        PERFORM hg__legacy_refuse(
            format('The state of the installation is %s, the import has not finished.', p_state),
            'Run make import, or CALL hg_legacy_import(), and verify it.'
        );
    ELSIF (p_state = 'imported') IS NOT TRUE THEN
        PERFORM hg__legacy_refuse(
            format('The state of the installation is %s.', coalesce(p_state, 'unknown')),
            'A cutover is for an installation that is imported.'
        );
    ELSIF p_run.verified_at IS NULL THEN
        PERFORM hg__legacy_refuse(
            'The import has not been verified.', 'Run make verify.'
        );
    ELSIF v_differences > 0 THEN
        PERFORM hg__legacy_refuse(
            format('The verification found %s differences.', v_differences),
            'Look at hg_legacy_differences; make verify again when they are mended. Where an older '
            'table or column was altered or dropped since the import, make rollback and make '
            'import take it in as it is now.'
        );
    ELSIF v_quarantined > 0 AND NOT p_allow_quarantine THEN
        PERFORM hg__legacy_refuse(
            format('%s learners are in quarantine.', v_quarantined),
            'Look at hg_legacy_quarantine, mend their documents and call hg_legacy_retry, or allow '
            'it (ALLOW_QUARANTINE=yes): they then begin with the figures of their columns.'
        );
    END IF;
    PERFORM hg__legacy_require_columns();
END
$hg__legacy_require_verified$;

REVOKE ALL ON FUNCTION hg__legacy_require_verified FROM public;
