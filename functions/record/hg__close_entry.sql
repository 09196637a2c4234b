-- Ends a change by a person: folds it, stores its row and the document, returns its receipt. p_at
-- and p_id: the place from which the history is another one, where that is not the entry's own: a
-- reversal's is that of what it reverses.
-- Writes: hg_ledger, hg_snapshots, users. Calls: hg__fold_entry, hg__refold, hg__entry_receipt,
-- hg__store_document. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__close_entry(
    p_entry hg_ledger, p_document jsonb, p_rules hg_rules,
    p_at timestamptz DEFAULT NULL, p_id uuid DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__close_entry$
DECLARE
    v_document jsonb := hg__fold_entry(p_document, p_entry, p_rules);
    v_receipt jsonb;
BEGIN
    -- An activity up to five minutes ahead may stand after this change.
    IF EXISTS (
        SELECT
        FROM hg_ledger AS l
        WHERE l.user_id = p_entry.user_id
        AND l.occurred_at >= coalesce(p_at, p_entry.occurred_at)
    ) THEN
        SELECT f.o_document INTO v_document
        FROM hg__refold(
            p_entry.user_id, v_document,
            coalesce(p_at, p_entry.occurred_at), coalesce(p_id, p_entry.id), p_entry
        ) AS f;
    END IF;
    v_receipt := hg__entry_receipt(p_entry, p_document, v_document);

    INSERT INTO hg_ledger (
        occurred_at, recorded_at, user_id, id, rules_version, kind, user_grade, module, details,
        recorded_by, receipt
    )
    VALUES (
        p_entry.occurred_at, p_entry.recorded_at, p_entry.user_id, p_entry.id,
        p_entry.rules_version, p_entry.kind, p_entry.user_grade, p_entry.module, p_entry.details,
        p_entry.recorded_by, v_receipt
    );
    PERFORM hg__store_document(p_entry.user_id, v_document);
    RETURN v_receipt;
END
$hg__close_entry$;

REVOKE ALL ON FUNCTION hg__close_entry FROM public;
