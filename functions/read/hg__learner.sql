-- What every reading begins with: the learner's document, whole (a learner without one has the
-- skeleton, a module added later joins), users.grade, and the settings in force, which stand on
-- every row of hg_rules: o_settings is any one of them.
-- Writes: nothing. Calls: hg__require_live, hg__raise_unknown_learner, hg__raise_malformed,
-- hg__skeleton, hg__join_modules, hg__grade_number. Raises: 55000, LG404, LG422.
CREATE OR REPLACE FUNCTION hg__learner(
    p_user_id users.id%TYPE,
    OUT o_document jsonb, OUT o_user_grade smallint, OUT o_settings hg_rules
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__learner$
BEGIN
    SELECT r.* INTO o_settings
    FROM hg_installation AS i
    INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    WHERE i.live
    LIMIT 1;
    IF NOT found THEN
        PERFORM hg__require_live();
    END IF;

    -- #> '{}' decompresses the document once, for all that follows.
    SELECT u.hidden_grade_asset #> '{}', hg__grade_number(u.grade::text)
    INTO o_document, o_user_grade
    FROM users AS u
    WHERE u.id = p_user_id;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;

    IF o_document IS NULL THEN
        o_document := hg__skeleton(o_settings.rules_version, o_user_grade);
    ELSIF jsonb_typeof(o_document -> 'global_stats') = 'object'
        AND jsonb_typeof(o_document -> 'modules') = 'object'
        AND jsonb_typeof(o_document -> 'cross_module_analytics') = 'object'
    THEN
        IF NOT (o_document -> 'modules') ?& o_settings.modules THEN
            o_document := hg__join_modules(o_document, o_settings.rules_version, o_user_grade);
        END IF;
    ELSE
        PERFORM hg__raise_malformed(o_document);
    END IF;
END
$hg__learner$;

REVOKE ALL ON FUNCTION hg__learner FROM public;
