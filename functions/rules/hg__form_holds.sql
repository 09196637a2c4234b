-- Whether one form of mastery holds on a module block {grade_level, progress, ...}.
-- Writes: nothing. Calls: hg__progress_holds. Raises: nothing (forms are checked when written).
CREATE OR REPLACE FUNCTION hg__form_holds(
    p_form jsonb, p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__form_holds$
BEGIN
    RETURN hg__progress_holds(
        p_form, p_rules, p_block,
        jsonb_populate_record(NULL::hg_progress, p_block -> 'progress'),
        (p_block ->> 'grade_level')::integer, p_user_grade
    );
END
$hg__form_holds$;

REVOKE ALL ON FUNCTION hg__form_holds FROM public;
