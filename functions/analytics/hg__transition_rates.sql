-- good / count of every kept pair of modules.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__transition_rates(p_pairs jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__transition_rates$
BEGIN
    RETURN (
        SELECT coalesce(
            jsonb_object_agg(
                p.pair,
                hg__ratio((p.counts ->> 'good')::numeric, (p.counts ->> 'count')::numeric)
            ),
            '{}'
        )
        FROM jsonb_each(p_pairs) AS p (pair, counts)
    );
END
$hg__transition_rates$;

REVOKE ALL ON FUNCTION hg__transition_rates FROM public;
