-- A teacher's override, which a rollback leaves in the old document; NULL: it says too little.
-- Writes: nothing. Calls: hg__legacy_instant, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mended_override(p_override jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mended_override$
DECLARE
    v_at timestamptz := hg__legacy_instant(p_override -> 'at');
BEGIN
    IF v_at IS NULL
        OR jsonb_typeof(p_override -> 'value') IS DISTINCT FROM 'boolean'
        OR jsonb_typeof(p_override -> 'by') IS DISTINCT FROM 'string'
        OR jsonb_typeof(p_override -> 'reason') IS DISTINCT FROM 'string'
    THEN
        RETURN NULL;
    END IF;
    RETURN p_override || jsonb_build_object('at', hg__instant_text(v_at));
END
$hg__legacy_mended_override$;

REVOKE ALL ON FUNCTION hg__legacy_mended_override FROM public;
