-- The ids of the next learners after one, as text, in the order of users.id; p_after NULL: the
-- first.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_next_ids(p_after text, p_limit integer) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
-- The plan has to be a walk along the key from the last id on, not a sort of the table each time.
SET plan_cache_mode TO 'force_custom_plan'
SET enable_sort TO 'off'
AS $hg__legacy_next_ids$
DECLARE
    v_after users.id%TYPE := p_after;
BEGIN
    RETURN ARRAY(
        SELECT u.id::text
        FROM users AS u
        WHERE v_after IS NULL OR u.id > v_after
        ORDER BY u.id
        LIMIT p_limit
    );
END
$hg__legacy_next_ids$;

REVOKE ALL ON FUNCTION hg__legacy_next_ids FROM public;
