-- What is wrong with one value of a document, in words; NULL: nothing. A value that is not there
-- is NULL. Never raises, whatever the value is.
-- Writes: nothing. Calls: hg__is_day, hg__is_instant, hg__time_zone_problem. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__value_problem(
    p_value jsonb, p_kind text, p_nullable boolean, p_lowest integer, p_highest integer
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__value_problem$
DECLARE
    v_type text := jsonb_typeof(p_value);
    v_text text := p_value #>> '{}';
    v_good boolean;
BEGIN
    IF p_value IS NULL THEN
        RETURN 'is missing';
    ELSIF v_type = 'null' AND p_nullable THEN
        RETURN NULL;
    END IF;

    v_good := CASE
        WHEN p_kind = 'integer' THEN CASE
            WHEN v_type = 'number' AND v_text ~ '^-?[0-9]+$'
                THEN v_text::numeric BETWEEN p_lowest AND p_highest
        END
        WHEN p_kind IN ('object', 'array', 'string', 'boolean') THEN v_type = p_kind
        WHEN p_kind = 'strings' THEN v_type = 'array'
            AND NOT jsonb_path_exists(p_value, 'strict $[*] ? (@.type() != "string")')
        WHEN v_type <> 'string' THEN false
        WHEN p_kind = 'day' THEN hg__is_day(v_text)
        WHEN p_kind = 'instant' THEN hg__is_instant(v_text)
        WHEN p_kind = 'date' THEN hg__is_day(v_text) OR hg__is_instant(v_text)
        WHEN p_kind = 'time zone' THEN hg__time_zone_problem(v_text) IS NULL
        WHEN p_kind = 'results' THEN v_text ~ '^[01]{0,10}$'
        WHEN p_kind = 'source' THEN v_text IN ('openai', 'rules', 'legacy')
    END;
    IF v_good THEN
        RETURN NULL;
    END IF;

    RETURN 'must be ' || CASE p_kind
        WHEN 'integer' THEN CASE p_lowest
            WHEN p_highest THEN format('the integer %s', p_lowest)
            ELSE format('an integer from %s to %s', p_lowest, p_highest)
        END
        WHEN 'object' THEN 'an object'
        WHEN 'array' THEN 'an array'
        WHEN 'string' THEN 'a string'
        WHEN 'boolean' THEN 'true or false'
        WHEN 'strings' THEN 'an array of strings'
        WHEN 'day' THEN 'a day of the form YYYY-MM-DD'
        WHEN 'instant' THEN 'an instant of the form YYYY-MM-DDTHH:MM:SSZ'
        WHEN 'date' THEN 'a day of the form YYYY-MM-DD or an instant with a Z'
        WHEN 'time zone' THEN 'a time zone, a name of pg_timezone_names with a slash, or UTC'
        WHEN 'results' THEN 'at most ten digits 0 and 1'
        WHEN 'source' THEN 'openai, rules or legacy'
    END || CASE WHEN p_nullable THEN ', or null' ELSE '' END;
END
$hg__value_problem$;

REVOKE ALL ON FUNCTION hg__value_problem FROM public;
