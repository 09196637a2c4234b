-- What cut an award: the day's cap, of which p_room was left (NULL: no cap applies), or the range
-- of the counters; NULL: nothing did. Each word is cast on its own: a cast of the CASE would keep
-- the function from being inlined.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__token_limit(
    p_requested integer, p_awarded integer, p_room bigint
) RETURNS hg_token_limit
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_awarded = p_requested THEN NULL
    WHEN p_awarded = p_room THEN 'daily_token_cap'::hg_token_limit
    ELSE 'range'::hg_token_limit
END;

REVOKE ALL ON FUNCTION hg__token_limit FROM public;
