-- A learner's document from the ledger: the latest checkpoint and every row recorded after it,
-- in the order of occurrence. p_arriving, a row not stored yet, takes its place among them;
-- o_arrived is that row with the figures of its place. What occurred before the checkpoint but
-- arrived after it is folded as if just after it.
-- Writes: nothing. Calls: hg__checkpoint, hg__skeleton, hg__join_modules, hg__fold_activity,
-- hg__fold_entry. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_ledger(
    p_user_id users.id%TYPE, p_arriving hg_ledger DEFAULT NULL,
    OUT o_document jsonb, OUT o_arrived hg_ledger
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_ledger$
DECLARE
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id);
    v_entry hg_ledger;
    v_rules hg_rules;
    v_step record;
BEGIN
    o_document := coalesce(
        v_checkpoint.document, hg__skeleton(v_checkpoint.rules_version, v_checkpoint.user_grade)
    );
    FOR v_entry IN
        SELECT e.*
        FROM (
            SELECT l.*
            FROM hg_ledger AS l
            WHERE l.user_id = p_user_id AND l.ledger_id > v_checkpoint.ledger_id
            UNION ALL
            SELECT (p_arriving).*
            WHERE p_arriving.id IS NOT NULL
        ) AS e
        ORDER BY greatest(e.occurred_at, v_checkpoint.occurred_at), e.occurred_at, e.id
    LOOP
        SELECT r.* INTO v_rules
        FROM hg_rules AS r
        WHERE r.rules_version = v_entry.rules_version AND r.module = v_entry.module;
        o_document := hg__join_modules(o_document, v_entry.rules_version, v_entry.user_grade);

        IF v_entry.kind = 'activity' THEN
            v_step := hg__fold_activity(
                o_document, v_entry, v_rules, v_entry.occurred_at < v_checkpoint.occurred_at
            );
            o_document := v_step.o_document;
            IF v_entry.id = p_arriving.id THEN
                o_arrived := v_step.o_entry;
            END IF;
        ELSE
            o_document := hg__fold_entry(o_document, v_entry, v_rules);
        END IF;
    END LOOP;
END
$hg__fold_ledger$;

REVOKE ALL ON FUNCTION hg__fold_ledger FROM public;
