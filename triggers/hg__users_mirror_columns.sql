-- After the cutover the older application's columns of users follow the document.
-- Attached by hg__legacy_attach_mirrors as users_mirror_columns, before each row's UPDATE of the
-- document; what users_guard_document makes of the document comes first, by the name.
-- Writes: nothing. Calls: hg__legacy_mirrored. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__users_mirror_columns() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_mirror_columns$
BEGIN
    -- Columns that there are not are passed over.
    RETURN jsonb_populate_record(NEW, hg__legacy_mirrored(NEW.hidden_grade_asset));
END
$hg__users_mirror_columns$;

REVOKE ALL ON FUNCTION hg__users_mirror_columns FROM public;
