-- The mastery_level of a block: the override if there is one, else the rule, and under the policy
-- latched also that it was reached before.
-- Writes: nothing. Calls: hg__block_touched, hg__form_holds. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__mastery_level(
    p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__mastery_level$
BEGIN
    RETURN coalesce(
        (p_block #>> '{progress,mastery_override,value}')::boolean,
        (
            hg__form_holds(p_rules.mastery_rule, p_rules, p_block, p_user_grade)
            OR (
                p_rules.mastery_policy = 'latched'
                AND p_block #>> '{progress,mastered_at}' IS NOT NULL
            )
        ) AND hg__block_touched(p_rules, p_block, p_user_grade)
    );
END
$hg__mastery_level$;

REVOKE ALL ON FUNCTION hg__mastery_level FROM public;
