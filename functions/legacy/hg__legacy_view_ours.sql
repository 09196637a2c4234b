-- Whether the version of a row that this transaction sees was written by itself, a savepoint's
-- subtransaction included.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- PARALLEL UNSAFE: what is no transaction that PostgreSQL still knows is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_view_ours(p_xmin xid) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_ours$
DECLARE
    v_now bigint := pg_current_xact_id()::text::bigint;
    -- How far the other one began after us, in the numbers that wrap around at 32 bits.
    v_after bigint := (p_xmin::text::bigint - v_now) & 4294967295;
BEGIN
    IF p_xmin IS NULL OR v_after >= 2147483648 THEN
        RETURN false;
    ELSIF v_after = 0 THEN
        RETURN true;
    END IF;
    BEGIN
        RETURN pg_xact_status((v_now + v_after)::text::xid8) = 'in progress';
    EXCEPTION
        WHEN invalid_parameter_value THEN
            RETURN false;
    END;
END
$hg__legacy_view_ours$;

REVOKE ALL ON FUNCTION hg__legacy_view_ours FROM public;
