-- The p_nth day after p_after that is scheduled and not paused, so that it can be missed; NULL: not
-- before the year 10000. Goes from pause to pause and counts whole weeks, not days.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__nth_missed_day(
    p_after date, p_nth integer, p_weekdays smallint[], p_pauses datemultirange
) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__nth_missed_day$
DECLARE
    c_end CONSTANT date := '10000-01-01';
    v_left integer := p_nth;
    v_range daterange;
    v_length integer;
    v_offsets integer[];  -- of the scheduled days in the seven days from the range's first on
    v_a_week integer;
    v_held integer;
BEGIN
    IF p_nth >= c_end - p_after THEN
        RETURN NULL;
    ELSIF cardinality(p_weekdays) = 7 AND isempty(p_pauses) THEN
        RETURN p_after + p_nth;
    END IF;

    FOR v_range IN
        SELECT r.days
        FROM unnest(datemultirange(daterange(p_after + 1, c_end)) - p_pauses) AS r (days)
        ORDER BY r.days
    LOOP
        v_length := upper(v_range) - lower(v_range);
        v_offsets := ARRAY(
            SELECT g.n
            FROM generate_series(0, 6) AS g (n)
            WHERE extract(ISODOW FROM lower(v_range) + g.n)::smallint = ANY (p_weekdays)
            ORDER BY g.n
        );
        v_a_week := cardinality(v_offsets);
        v_held := v_length / 7 * v_a_week
            + (SELECT count(*) FROM unnest(v_offsets) AS o (n) WHERE o.n < v_length % 7);
        IF v_left <= v_held THEN
            RETURN lower(v_range)
                + 7 * ((v_left - 1) / v_a_week) + v_offsets[(v_left - 1) % v_a_week + 1];
        END IF;
        v_left := v_left - v_held;
    END LOOP;
    RETURN NULL;
END
$hg__nth_missed_day$;

REVOKE ALL ON FUNCTION hg__nth_missed_day FROM public;
