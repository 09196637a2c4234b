-- The days strictly between two days that were scheduled and not paused, counted up to p_limit.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__missed_days(
    p_after date, p_before date, p_weekdays smallint[], p_pauses datemultirange, p_limit integer
) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__missed_days$
DECLARE
    v_day date := p_after + 1;
    v_missed integer := 0;
BEGIN
    WHILE v_day < p_before AND v_missed < p_limit LOOP
        IF p_pauses @> v_day THEN
            SELECT upper(p.days) INTO v_day FROM unnest(p_pauses) AS p (days) WHERE p.days @> v_day;
        ELSE
            IF extract(ISODOW FROM v_day)::smallint = ANY (p_weekdays) THEN
                v_missed := v_missed + 1;
            END IF;
            v_day := v_day + 1;
        END IF;
    END LOOP;
    RETURN v_missed;
END
$hg__missed_days$;

REVOKE ALL ON FUNCTION hg__missed_days FROM public;
