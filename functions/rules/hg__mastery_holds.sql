-- Whether a module's own rule of mastery is true on a block.
-- Writes: nothing. Calls: hg__block_touched, hg__form_holds. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__mastery_holds(
    p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__mastery_holds$
BEGIN
    RETURN hg__form_holds(p_rules.mastery_rule, p_rules, p_block, p_user_grade)
        AND hg__block_touched(p_rules, p_block, p_user_grade);
END
$hg__mastery_holds$;

REVOKE ALL ON FUNCTION hg__mastery_holds FROM public;
