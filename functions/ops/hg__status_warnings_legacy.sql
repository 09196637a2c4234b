-- What somebody should look at in the move from the older tables.
-- Writes: nothing. Calls: hg__warning. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings_legacy(
    p_installation hg_installation, p_legacy jsonb
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings_legacy$
BEGIN
    RETURN array_remove(
        ARRAY[
            CASE WHEN NOT p_installation.live AND (p_legacy ->> 'quarantined')::bigint > 0
                THEN hg__warning('move', 'look', format(
                    '%s learners are in quarantine (hg_legacy_quarantine says why): mend their '
                    'documents and run make import, or SELECT hg_legacy_retry(user_id)',
                    p_legacy ->> 'quarantined'
                )) END,
            CASE WHEN p_installation.state = 'imported' AND (p_legacy ->> 'dirty')::bigint > 0
                THEN hg__warning('move', 'look', format(
                    'the old application has made %s changes since the import: make import or '
                    'make verify builds their learners again', p_legacy ->> 'dirty'
                )) END,
            CASE WHEN (p_legacy ->> 'paused')::boolean
                THEN hg__warning('move', 'look',
                    'the import is paused: make resume, or SELECT hg_legacy_resume()') END
        ],
        NULL
    );
END
$hg__status_warnings_legacy$;

REVOKE ALL ON FUNCTION hg__status_warnings_legacy FROM public;
