-- After the cutover a write of the older application's columns of users goes through the ledger, by
-- its difference; then the columns are the document's again.
-- Attached by hg__legacy_attach_mirrors as users_take_columns, before each row's UPDATE of one of
-- them, so that the hg_ functions never meet it.
-- Writes: hg_ledger, hg_snapshots, hg_legacy_ignored_writes. Calls: hg__legacy_enter_columns,
-- hg__grade_number, hg__legacy_columns_of, hg__legacy_mirrored. Raises: LG402, LG422.
-- SECURITY DEFINER: the older application needs no right on the ledger.
CREATE OR REPLACE FUNCTION hg__users_take_columns() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_take_columns$
BEGIN
    -- Who writes the document as well has said there what is to be.
    IF NEW.hidden_grade_asset IS NOT DISTINCT FROM OLD.hidden_grade_asset THEN
        NEW.hidden_grade_asset := hg__legacy_enter_columns(
            NEW.id, hg__grade_number(NEW.grade::text), OLD.hidden_grade_asset,
            hg__legacy_columns_of(OLD), hg__legacy_columns_of(NEW)
        );
    END IF;
    RETURN jsonb_populate_record(NEW, hg__legacy_mirrored(NEW.hidden_grade_asset));
END
$hg__users_take_columns$;

REVOKE ALL ON FUNCTION hg__users_take_columns FROM public;
