-- What is wrong with the details that a module's rules read for this kind of run; NULL: nothing.
-- Keys no rule reads are the caller's own.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__details_problem(
    p_rules hg_rules, p_run_type text, p_details jsonb
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__details_problem$
DECLARE
    v_key text;
    v_number numeric;
BEGIN
    IF p_run_type = 'token_run' THEN
        IF p_details ? 'fact_type' AND p_rules.fact_types <> '{}'
            AND (jsonb_typeof(p_details -> 'fact_type') <> 'string'
                OR p_details ->> 'fact_type' <> ALL (p_rules.fact_types))
        THEN
            RETURN 'fact_type is one of hg_modules.fact_types of the module.';
        END IF;
        IF p_details ? 'time_limit' AND p_rules.fast_seconds IS NOT NULL
            AND coalesce(p_details -> 'time_limit' NOT IN (
                to_jsonb(p_rules.fast_seconds), to_jsonb(p_rules.slow_seconds)
            ), true)
        THEN
            RETURN format(
                'time_limit is %s or %s, seconds.', p_rules.fast_seconds, p_rules.slow_seconds
            );
        END IF;
    ELSIF p_run_type = 'test' AND p_rules.test_kind = 'grade' THEN
        IF jsonb_typeof(p_details -> 'grade_level') = 'number' THEN
            v_number := (p_details ->> 'grade_level')::numeric;
        END IF;
        IF v_number BETWEEN p_rules.grade_bottom AND p_rules.grade_top
            AND v_number = trunc(v_number)
        THEN
            RETURN NULL;
        END IF;
        RETURN format(
            'A test of this module needs grade_level, an integer from %s to %s.',
            p_rules.grade_bottom, p_rules.grade_top
        );
    ELSIF p_run_type = 'test' AND p_rules.test_kind = 'types' THEN
        FOREACH v_key IN ARRAY ARRAY['types_correct', 'types_wrong'] LOOP
            IF p_details ? v_key AND NOT (
                jsonb_typeof(p_details -> v_key) = 'array'
                AND p_details -> v_key <@ to_jsonb(p_rules.fact_types)
            ) THEN
                RETURN v_key || ' is an array of types of hg_modules.fact_types of the module.';
            END IF;
        END LOOP;
    END IF;
    RETURN NULL;
END
$hg__details_problem$;

REVOKE ALL ON FUNCTION hg__details_problem FROM public;
