-- After the cutover a learner whom the older application inserts with figures in its columns: a
-- balance is a grant, the rest as by an UPDATE; then the columns are the document's.
-- Attached by hg__legacy_attach_mirrors as users_take_inserted, after each row's INSERT; the first
-- checkpoint, of users_record_start, comes first, by the name.
-- Writes: users, hg_ledger, hg_legacy_ignored_writes. Calls: hg__legacy_enter_columns,
-- hg__grade_number, hg__legacy_columns_of, hg__legacy_mirrored, hg__store_document.
-- Raises: LG402, LG422.
-- SECURITY DEFINER: the older application needs no right on the ledger.
CREATE OR REPLACE FUNCTION hg__users_take_inserted() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_take_inserted$
DECLARE
    v_given jsonb := hg__legacy_columns_of(NEW);
    v_mirrored jsonb := hg__legacy_mirrored(NEW.hidden_grade_asset);
BEGIN
    IF NOT v_mirrored @> v_given THEN
        -- Written with the document the trigger of the columns makes them its own again.
        PERFORM hg__store_document(NEW.id, hg__legacy_enter_columns(
            NEW.id, hg__grade_number(NEW.grade::text), NEW.hidden_grade_asset, v_mirrored, v_given
        ));
    END IF;
    RETURN NULL;
END
$hg__users_take_inserted$;

REVOKE ALL ON FUNCTION hg__users_take_inserted FROM public;
