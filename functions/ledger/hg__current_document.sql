-- A locked learner's document, ready for the next step: readable, with every active module, and
-- with a checkpoint in the ledger; a learner who has neither begins here.
-- Writes: hg_ledger (the first checkpoint). Calls: hg__checkpoint, hg__skeleton,
-- hg__begin_ledger, hg__fold_ledger, hg__join_modules, hg__require_readable. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__current_document(
    p_user_id users.id%TYPE, p_stored jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__current_document$
DECLARE
    v_document jsonb := p_stored;
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id);
BEGIN
    IF v_document IS NULL AND v_checkpoint.id IS NOT NULL THEN
        SELECT f.o_document INTO v_document FROM hg__fold_ledger(p_user_id) AS f;
    END IF;
    IF v_document IS NULL THEN
        v_document := hg__skeleton(p_rules_version, p_user_grade);
    END IF;
    IF v_checkpoint.id IS NULL THEN
        PERFORM hg__begin_ledger(p_user_id, p_stored, p_rules_version, p_user_grade);
    END IF;
    v_document := hg__join_modules(v_document, p_rules_version, p_user_grade);
    PERFORM hg__require_readable(
        v_document,
        (SELECT v.modules FROM hg_rule_versions AS v WHERE v.version = p_rules_version)
    );
    RETURN v_document;
END
$hg__current_document$;

REVOKE ALL ON FUNCTION hg__current_document FROM public;
