-- Ends a change by a person: its row and the document are stored, its receipt is returned. p_at
-- and p_id: the place from which the history is another one, where that is not the entry's own: a
-- reversal's is that of what it reverses.
-- Writes: hg_ledger, hg_snapshots, users. Calls: hg__write_entry, hg__store_document.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__close_entry(
    p_entry hg_ledger, p_document jsonb, p_rules hg_rules,
    p_at timestamptz DEFAULT NULL, p_id uuid DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__close_entry$
DECLARE
    v_written record := hg__write_entry(p_entry, p_document, p_rules, p_at, p_id);
BEGIN
    PERFORM hg__store_document(p_entry.user_id, v_written.o_document);
    RETURN v_written.o_receipt;
END
$hg__close_entry$;

REVOKE ALL ON FUNCTION hg__close_entry FROM public;
