-- The value of a setting as it is stored, integers without decimals and weekdays sorted; refused
-- outside its domain. What settings demand of each other is hg__check_catalog's.
-- Writes: nothing. Calls: hg__check_failed, hg__check_weekdays, hg__integer_setting,
-- hg__setting_problem. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_setting(p_name text, p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_setting$
DECLARE
    v_number numeric;
    v_range record;
    v_problem text;
BEGIN
    IF p_name = 'streak_weekdays' THEN
        RETURN hg__check_weekdays(p_value);
    END IF;
    IF jsonb_typeof(p_value) = 'number'
        AND trunc((p_value #>> '{}')::numeric) = (p_value #>> '{}')::numeric
    THEN
        v_number := trunc((p_value #>> '{}')::numeric);
    END IF;

    SELECT r.* INTO v_range FROM hg__integer_setting(p_name) AS r;
    IF found THEN
        IF v_number BETWEEN v_range.o_lowest AND v_range.o_highest THEN
            RETURN to_jsonb(v_number);
        ELSIF v_range.o_unset AND p_value = 'null' THEN
            RETURN p_value;
        END IF;
        v_problem := format('an integer from %s to %s', v_range.o_lowest, v_range.o_highest)
            || CASE WHEN v_range.o_unset THEN ', or null' ELSE '' END;
    ELSE
        v_problem := hg__setting_problem(p_name, p_value);
    END IF;

    IF v_problem IS NOT NULL THEN
        PERFORM hg__check_failed('the setting ' || p_name, p_name, p_value::text, v_problem);
    END IF;
    RETURN p_value;
END
$hg__check_setting$;

REVOKE ALL ON FUNCTION hg__check_setting FROM public;
