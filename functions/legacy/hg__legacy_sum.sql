-- A counter of up to three objects that were made sound, added up; at the end of the integer range
-- it stays there.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_sum(
    p_key text, p_one jsonb, p_two jsonb, p_three jsonb
) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN least(
    coalesce((p_one ->> p_key)::bigint, 0) + coalesce((p_two ->> p_key)::bigint, 0)
    + coalesce((p_three ->> p_key)::bigint, 0),
    2147483647
)::integer;

REVOKE ALL ON FUNCTION hg__legacy_sum FROM public;
