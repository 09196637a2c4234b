-- The functions as hg_status shows them: how many were loaded, which have gone since and which are
-- not what was loaded.
-- Writes: nothing. Calls: hg__function_digests. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_functions(p_installation hg_installation) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_functions$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'loaded', cardinality(p_installation.functions),
            'gone', coalesce(
                jsonb_agg(f.signature ORDER BY f.signature) FILTER (WHERE f.digest IS NULL), '[]'
            ),
            'changed', coalesce(
                jsonb_agg(f.signature ORDER BY f.signature)
                FILTER (WHERE f.digest <> f.digest_loaded), '[]'
            )
        )
        FROM unnest(
            p_installation.functions,
            p_installation.function_digests,
            hg__function_digests(p_installation.functions)
        ) AS f (signature, digest_loaded, digest)
    );
END
$hg__status_functions$;

REVOKE ALL ON FUNCTION hg__status_functions FROM public;
