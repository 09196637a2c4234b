-- A counter of a document or of a checkpoint; 0 where there is none, or something that is none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_figure(p_figures jsonb, p_key text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN jsonb_typeof(p_figures -> p_key) = 'number'
        THEN least(greatest(trunc((p_figures ->> p_key)::numeric), 0), 2147483647)::bigint
    ELSE 0
END;

REVOKE ALL ON FUNCTION hg__cross_figure FROM public;
