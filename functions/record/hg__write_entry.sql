-- Folds a change into a document and writes its row; storing the document is the caller's. p_at and
-- p_id as in hg__close_entry.
-- Writes: hg_ledger, hg_snapshots. Calls: hg__fold_entry, hg__refold, hg__entry_receipt.
-- Raises: LG422.
CREATE OR REPLACE FUNCTION hg__write_entry(
    p_entry hg_ledger, p_document jsonb, p_rules hg_rules,
    p_at timestamptz DEFAULT NULL, p_id uuid DEFAULT NULL,
    OUT o_document jsonb, OUT o_receipt jsonb
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__write_entry$
BEGIN
    o_document := hg__fold_entry(p_document, p_entry, p_rules);
    -- An activity up to five minutes ahead may stand after this change.
    IF EXISTS (
        SELECT
        FROM hg_ledger AS l
        WHERE l.user_id = p_entry.user_id
        AND l.occurred_at >= coalesce(p_at, p_entry.occurred_at)
    ) THEN
        SELECT f.o_document INTO o_document
        FROM hg__refold(
            p_entry.user_id, o_document,
            coalesce(p_at, p_entry.occurred_at), coalesce(p_id, p_entry.id), p_entry
        ) AS f;
    END IF;
    o_receipt := hg__entry_receipt(p_entry, p_document, o_document);

    INSERT INTO hg_ledger (
        occurred_at, recorded_at, user_id, id, rules_version, kind, user_grade, module, details,
        recorded_by, receipt
    )
    VALUES (
        p_entry.occurred_at, p_entry.recorded_at, p_entry.user_id, p_entry.id,
        p_entry.rules_version, p_entry.kind, p_entry.user_grade, p_entry.module, p_entry.details,
        p_entry.recorded_by, o_receipt
    );
END
$hg__write_entry$;

REVOKE ALL ON FUNCTION hg__write_entry FROM public;
