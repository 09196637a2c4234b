-- What a module still lacks to be mastered, in words, as an array; empty: nothing.
-- Writes: nothing. Calls: hg__form_missing, hg__mastery_holds. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__missing(
    p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__missing$
DECLARE
    v_override jsonb := nullif(p_block #> '{progress,mastery_override}', 'null');
    v_missing text[];
BEGIN
    SELECT f.o_missing INTO v_missing
    FROM hg__form_missing(p_rules.mastery_rule, p_rules, p_block, p_user_grade) AS f;
    -- The rule holds, but nothing was done yet.
    IF v_missing = '{}' AND NOT hg__mastery_holds(p_rules, p_block, p_user_grade) THEN
        v_missing := ARRAY['1 session'];
    END IF;
    IF v_override IS NOT NULL THEN
        v_missing := v_missing || format('the override by %s lifted', v_override ->> 'by');
    END IF;
    RETURN v_missing;
END
$hg__missing$;

REVOKE ALL ON FUNCTION hg__missing FROM public;
