-- What a learner's mastery of a module would be by these rules, where it is another one than
-- stored; NULL: the same, or the document has no such module.
-- Writes: nothing. Calls: hg__mastery_level, hg__require_sound. Raises: LG422.
-- PARALLEL UNSAFE: the block that names a malformed document is a subtransaction.
CREATE OR REPLACE FUNCTION hg__mastery_flip(
    p_rules hg_rules, p_document jsonb, p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__mastery_flip$
DECLARE
    v_block jsonb := p_document #> ARRAY['modules', p_rules.module];
BEGIN
    IF v_block IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN nullif(
        hg__mastery_level(p_rules, v_block, p_user_grade),
        (v_block #>> '{progress,mastery_level}')::boolean
    );
EXCEPTION
    WHEN data_exception THEN
        PERFORM hg__require_sound(p_document);
        RAISE;
END
$hg__mastery_flip$;

REVOKE ALL ON FUNCTION hg__mastery_flip FROM public;
