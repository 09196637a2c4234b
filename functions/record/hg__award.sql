-- What is paid of a request: what the day's cap leaves (p_room NULL: no cap applies), and what the
-- range of the counters leaves.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__award(
    p_request integer, p_room bigint, p_total_earned integer,
    OUT o_award integer, OUT o_capped_by hg_token_limit
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__award$
BEGIN
    o_award := least(p_request, p_room, 2147483647 - p_total_earned::bigint);
    o_capped_by := CASE
        WHEN o_award = p_request THEN NULL
        WHEN o_award = p_room THEN 'daily_token_cap'
        ELSE 'range'
    END;
END
$hg__award$;

REVOKE ALL ON FUNCTION hg__award FROM public;
