-- The fact types that count as complete, in list order: completed ones and, above the grade the
-- module names, the skipped ones.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__types_done(
    p_rules hg_rules, p_types_complete text[], p_user_grade smallint
) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__types_done$
DECLARE
    v_skipped text[] := CASE
        WHEN p_user_grade > p_rules.auto_skip_above_grade THEN p_rules.auto_skip_types
        ELSE '{}'
    END;
    v_done text[] := '{}';
    v_type text;
BEGIN
    FOREACH v_type IN ARRAY p_rules.fact_types LOOP
        IF v_type = ANY (p_types_complete) OR v_type = ANY (v_skipped) THEN
            v_done := v_done || v_type;
        END IF;
    END LOOP;
    RETURN v_done;
END
$hg__types_done$;

REVOKE ALL ON FUNCTION hg__types_done FROM public;
