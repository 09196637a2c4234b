-- A locked learner's document, known to be readable, with the rules in force. Modules that were
-- added since do not join here: that is left to what the ledger tells of.
-- Writes: hg_ledger (a learner's first checkpoint). Calls: hg__raise_unknown_learner,
-- hg__grade_number, hg__current_document. Raises: LG404, LG422.
CREATE OR REPLACE FUNCTION hg__ai_locked(
    p_user_id users.id%TYPE, OUT o_document jsonb, OUT o_rules hg_rules
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_locked$
DECLARE
    v_grade smallint;
    v_current jsonb;
BEGIN
    SELECT u.hidden_grade_asset #> '{}', hg__grade_number(u.grade::text)
    INTO o_document, v_grade
    FROM users AS u
    WHERE u.id = p_user_id
    FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
    -- Any row will do: the settings are on all of them.
    SELECT r.* INTO o_rules
    FROM hg_installation AS i
    INNER JOIN hg_rules AS r ON r.rules_version = i.rules_version
    ORDER BY r.module
    LIMIT 1;
    v_current := hg__current_document(p_user_id, o_document, o_rules.rules_version, v_grade);
    o_document := coalesce(o_document, v_current);
END
$hg__ai_locked$;

REVOKE ALL ON FUNCTION hg__ai_locked FROM public;
