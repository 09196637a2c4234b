-- The index (from 0) of the first fact type that is neither complete nor, above the grade the
-- module names, skipped; NULL: none left, or no list.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__current_step(
    p_rules hg_rules, p_types_complete text[], p_user_grade smallint
) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__current_step$
DECLARE
    v_done text[] := p_types_complete || CASE
        WHEN p_user_grade > p_rules.auto_skip_above_grade THEN p_rules.auto_skip_types
        ELSE '{}'
    END;
    v_type text;
    v_step integer := 0;
BEGIN
    FOREACH v_type IN ARRAY p_rules.fact_types LOOP
        IF v_type <> ALL (v_done) THEN
            RETURN v_step;
        END IF;
        v_step := v_step + 1;
    END LOOP;
    RETURN NULL;
END
$hg__current_step$;

REVOKE ALL ON FUNCTION hg__current_step FROM public;
