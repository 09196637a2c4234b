-- The weekdays of a streak, sorted: at least one of 1 (Monday) to 7, each once.
-- Writes: nothing. Calls: hg__check_failed. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_weekdays(p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_weekdays$
DECLARE
    v_weekdays jsonb;
BEGIN
    IF jsonb_typeof(p_value) = 'array' THEN
        -- Numbers compare as numbers in jsonb, so 1.0 is found as 1.
        SELECT jsonb_agg(d.weekday ORDER BY d.weekday)
        INTO v_weekdays
        FROM generate_series(1, 7) AS d (weekday)
        WHERE p_value @> to_jsonb(d.weekday);
    END IF;
    IF v_weekdays IS NULL OR jsonb_array_length(v_weekdays) <> jsonb_array_length(p_value) THEN
        PERFORM hg__check_failed(
            'the setting streak_weekdays', 'streak_weekdays', p_value::text,
            'a list of one or more different integers from 1 (Monday) to 7 (Sunday)'
        );
    END IF;
    RETURN v_weekdays;
END
$hg__check_weekdays$;

REVOKE ALL ON FUNCTION hg__check_weekdays FROM public;
