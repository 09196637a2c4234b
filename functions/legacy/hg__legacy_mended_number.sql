-- A number of an old document or column within its range, and what was wrong with it: a fraction is
-- cut, below the range is its lowest, above it its highest. Of a grade K is the lowest.
-- Writes: nothing. Calls: hg__legacy_number. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mended_number(
    p_value jsonb, p_kind text, p_lowest integer, p_highest integer,
    OUT o_value jsonb, OUT o_repair text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mended_number$
DECLARE
    v_number numeric := hg__legacy_number(p_value);
    v_whole numeric := trunc(v_number);
    v_taken integer := CASE
        WHEN v_whole IS NOT NULL THEN least(greatest(v_whole, p_lowest), p_highest)
        WHEN p_kind = 'grade' AND upper(btrim(p_value #>> '{}') COLLATE "C") = 'K' THEN p_lowest
    END;
BEGIN
    o_value := to_jsonb(v_taken);
    o_repair := CASE
        WHEN v_taken IS NULL THEN 'unreadable'
        WHEN v_whole < 0 THEN 'negative'
        WHEN v_whole > 2147483647 THEN 'too_large'
        WHEN v_taken <> coalesce(v_whole, 0) THEN 'range'
        WHEN v_number <> v_whole THEN 'fraction'
        WHEN v_number IS NOT NULL AND jsonb_typeof(p_value) = 'string' THEN 'text'
    END;
END
$hg__legacy_mended_number$;

REVOKE ALL ON FUNCTION hg__legacy_mended_number FROM public;
