-- What a reading of one module begins with: its block of the document, the rules in force for it
-- and users.grade as a number.
-- Writes: nothing. Calls: hg__raise_argument, hg__learner, hg__raise_unknown_module.
-- Raises: 22023, 55000, LG404, LG405, LG422.
CREATE OR REPLACE FUNCTION hg__learner_module(
    p_user_id users.id%TYPE, p_module text,
    OUT o_document jsonb, OUT o_block jsonb, OUT o_user_grade smallint, OUT o_rules hg_rules
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__learner_module$
DECLARE
    v_learner record;
BEGIN
    IF p_user_id IS NULL THEN
        PERFORM hg__raise_argument('p_user_id', NULL, 'Give the learner''s users.id.');
    ELSIF p_module IS NULL THEN
        PERFORM hg__raise_argument('p_module', NULL, 'Give the module''s name.');
    END IF;
    v_learner := hg__learner(p_user_id);
    o_document := v_learner.o_document;
    o_user_grade := v_learner.o_user_grade;
    SELECT r.* INTO o_rules
    FROM hg_rules AS r
    WHERE r.rules_version = (v_learner.o_settings).rules_version AND r.module = p_module;
    IF found THEN
        o_block := o_document -> 'modules' -> p_module;
    END IF;
    IF o_block IS NULL THEN
        PERFORM hg__raise_unknown_module(p_module);
    END IF;
END
$hg__learner_module$;

REVOKE ALL ON FUNCTION hg__learner_module FROM public;
