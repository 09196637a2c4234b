-- The index (from 0) of the first fact type that is neither complete nor skipped; NULL: none left,
-- or no list.
-- Writes: nothing. Calls: hg__types_done. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__current_step(
    p_rules hg_rules, p_types_complete text[], p_user_grade smallint
) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__current_step$
DECLARE
    v_done text[] := hg__types_done(p_rules, p_types_complete, p_user_grade);
BEGIN
    FOR v_step IN 1 .. cardinality(p_rules.fact_types) LOOP
        IF p_rules.fact_types[v_step] <> ALL (v_done) THEN
            RETURN v_step - 1;
        END IF;
    END LOOP;
    RETURN NULL;
END
$hg__current_step$;

REVOKE ALL ON FUNCTION hg__current_step FROM public;
