-- What a setting that is no integer must be, where the value is something else; NULL: it is that.
-- Writes: nothing. Calls: hg__check_failed, hg__time_zone_problem. Raises: 22023 for a name that is
-- no setting's.
CREATE OR REPLACE FUNCTION hg__setting_problem(p_name text, p_value jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__setting_problem$
DECLARE
    v_type text := jsonb_typeof(p_value);
    v_text text := p_value #>> '{}';
    v_problem text;
BEGIN
    CASE p_name
        WHEN 'access_log', 'ai_enabled', 'ai_after_mastery' THEN
            v_problem := CASE WHEN v_type <> 'boolean' THEN 'true or false' END;
        WHEN 'default_time_zone' THEN
            v_problem := CASE v_type
                WHEN 'string' THEN hg__time_zone_problem(v_text)
                ELSE 'it is no string'
            END;
            v_problem := 'a name of pg_timezone_names with a slash, or UTC; ' || v_problem;
        WHEN 'ai_consent_column', 'leaderboard_exclude_column' THEN
            IF p_value <> 'null' AND NOT EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = 'users'::regclass AND a.attnum > 0 AND NOT a.attisdropped
                AND a.atttypid = 'boolean'::regtype AND to_jsonb(a.attname) = p_value
            ) THEN
                v_problem := 'the name of a boolean column of users, or null';
            END IF;
        WHEN 'ai_model' THEN
            IF v_type <> 'string' OR length(v_text) NOT BETWEEN 1 AND 100 THEN
                v_problem := 'a string of 1 to 100 characters';
            END IF;
        WHEN 'ai_instructions' THEN
            IF p_value <> 'null' AND (v_type <> 'string' OR length(v_text) NOT BETWEEN 1 AND 4000)
            THEN
                v_problem := 'a string of 1 to 4000 characters, or null';
            END IF;
        WHEN 'ai_temperature' THEN
            IF p_value <> 'null' AND coalesce(
                CASE v_type WHEN 'number' THEN v_text::numeric NOT BETWEEN 0 AND 2 END, true
            ) THEN
                v_problem := 'a number from 0 to 2, or null';
            END IF;
        ELSE
            PERFORM hg__check_failed(
                'the name of a setting', 'name', to_json(p_name)::text,
                'SELECT name FROM hg_settings lists the settings'
            );
    END CASE;
    RETURN v_problem;
END
$hg__setting_problem$;

REVOKE ALL ON FUNCTION hg__setting_problem FROM public;
