-- A step of the move that cannot be taken now.
-- Writes: nothing. Calls: nothing. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__legacy_refuse(p_detail text, p_hint text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_refuse$
BEGIN
    RAISE EXCEPTION 'this cannot be done now' USING
        ERRCODE = 'object_not_in_prerequisite_state',
        DETAIL = p_detail,
        HINT = p_hint;
END
$hg__legacy_refuse$;

REVOKE ALL ON FUNCTION hg__legacy_refuse FROM public;
