-- good / count of every kept pair of modules.
-- OFFSET 0 keeps the figures from being read out of the document each time the formula names them.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__transition_rates(p_pairs jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__transition_rates$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(p.pair, hg__ratio(p.good, p.times)), '{}')
        FROM (
            SELECT
                e.pair,
                (e.counts ->> 'good')::numeric AS good,
                (e.counts ->> 'count')::numeric AS times
            FROM jsonb_each(p_pairs) AS e (pair, counts)
            OFFSET 0
        ) AS p
    );
END
$hg__transition_rates$;

REVOKE ALL ON FUNCTION hg__transition_rates FROM public;
