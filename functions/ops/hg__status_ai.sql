-- Analyses as hg_status shows them: whether they are made, and how their queue is.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_ai() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_ai$
BEGIN
    RETURN (
        SELECT jsonb_build_object('enabled', s.value) || to_jsonb(q)
        FROM hg_v_ai_queue AS q
        CROSS JOIN hg_settings AS s
        WHERE s.name = 'ai_enabled'
    );
END
$hg__status_ai$;

REVOKE ALL ON FUNCTION hg__status_ai FROM public;
