-- A user_id of a table as users.id writes it, for a comparison as text; NULL: it can be nobody's.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_plan_key(p_user_id text, p_type text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_key$
BEGIN
    RETURN CASE
        WHEN p_type IN ('smallint', 'integer', 'bigint') THEN p_user_id::bigint::text
        WHEN p_type = 'uuid' THEN p_user_id::uuid::text
        ELSE p_user_id
    END;
EXCEPTION
    WHEN data_exception THEN
        RETURN NULL;
END
$hg__legacy_plan_key$;

REVOKE ALL ON FUNCTION hg__legacy_plan_key FROM public;
