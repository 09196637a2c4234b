-- A digest of each function as the database has it, in the order of the signatures; NULL where
-- there is none of that signature.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__function_digests(p_functions text[]) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
-- What a session may set to have definitions written in another way.
SET datestyle TO 'ISO, YMD'
SET intervalstyle TO 'postgres'
SET timezone TO 'UTC'
SET extra_float_digits TO 1
SET quote_all_identifiers TO 'off'
AS $hg__function_digests$
BEGIN
    RETURN ARRAY(
        SELECT md5(pg_get_functiondef(to_regprocedure(f.signature)))
        FROM unnest(p_functions) WITH ORDINALITY AS f (signature, place)
        ORDER BY f.place
    );
END
$hg__function_digests$;

REVOKE ALL ON FUNCTION hg__function_digests FROM public;
