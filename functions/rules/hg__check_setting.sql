-- The value of a setting as it is stored, integers without decimals and weekdays sorted; refused
-- outside its domain. What settings demand of each other is hg__check_catalog's.
-- Writes: nothing. Calls: hg__check_failed, hg__check_weekdays, hg__time_zone_problem.
-- Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_setting(p_name text, p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_setting$
DECLARE
    v_text text := p_value #>> '{}';
    v_number numeric;
    v_lowest integer;
    v_highest integer;
    v_unset boolean;
    v_problem text;
BEGIN
    IF jsonb_typeof(p_value) = 'number' AND trunc(v_text::numeric) = v_text::numeric THEN
        v_number := trunc(v_text::numeric);
    END IF;

    CASE p_name
        WHEN 'day_start_hour', 'late_window_days', 'streak_freeze_initial', 'streak_freeze_max',
            'streak_freeze_every_days', 'daily_token_cap', 'ledger_retention_days'
        THEN
            v_highest := CASE p_name
                WHEN 'day_start_hour' THEN 12
                WHEN 'late_window_days' THEN 365
                WHEN 'ledger_retention_days' THEN 36500
                WHEN 'streak_freeze_initial' THEN 1000
                WHEN 'streak_freeze_max' THEN 1000
                ELSE 2147483647
            END;
            v_lowest := CASE p_name WHEN 'ledger_retention_days' THEN 90 ELSE 0 END;
            v_unset := p_name IN ('daily_token_cap', 'ledger_retention_days');
            IF v_number BETWEEN v_lowest AND v_highest THEN
                RETURN to_jsonb(v_number);
            ELSIF v_unset AND p_value = 'null' THEN
                RETURN p_value;
            END IF;
            v_problem := format('an integer from %s to %s', v_lowest, v_highest)
                || CASE WHEN v_unset THEN ', or null' ELSE '' END;
        WHEN 'ai_enabled' THEN
            v_problem := CASE WHEN jsonb_typeof(p_value) <> 'boolean' THEN 'true or false' END;
        WHEN 'default_time_zone' THEN
            v_problem := CASE jsonb_typeof(p_value)
                WHEN 'string' THEN hg__time_zone_problem(v_text)
                ELSE 'it is no string'
            END;
            v_problem := 'a name of pg_timezone_names with a slash, or UTC; ' || v_problem;
        WHEN 'streak_weekdays' THEN
            RETURN hg__check_weekdays(p_value);
        WHEN 'ai_consent_column' THEN
            IF p_value <> 'null' AND NOT EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = 'users'::regclass AND a.attnum > 0 AND NOT a.attisdropped
                AND a.atttypid = 'boolean'::regtype AND to_jsonb(a.attname) = p_value
            ) THEN
                v_problem := 'the name of a boolean column of users, or null';
            END IF;
        ELSE
            PERFORM hg__check_failed(
                'the name of a setting', 'name', to_json(p_name)::text,
                'SELECT name FROM hg_settings lists the settings'
            );
    END CASE;

    IF v_problem IS NOT NULL THEN
        PERFORM hg__check_failed('the setting ' || p_name, p_name, p_value::text, v_problem);
    END IF;
    RETURN p_value;
END
$hg__check_setting$;

REVOKE ALL ON FUNCTION hg__check_setting FROM public;
