-- The first checkpoint of a new learner. A document that is no skeleton was given, and is kept.
-- Attached by hg__attach_users_triggers as users_record_start, after each row's INSERT.
-- Writes: hg_ledger. Calls: hg__begin_ledger, hg__grade_number, hg__skeleton. Raises: nothing.
-- SECURITY DEFINER: whoever may insert learners needs no rights on the ledger.
CREATE OR REPLACE FUNCTION hg__users_record_start() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_record_start$
DECLARE
    v_version integer := (SELECT i.rules_version FROM hg_installation AS i);
    v_grade smallint := hg__grade_number(NEW.grade::text);
BEGIN
    PERFORM hg__begin_ledger(
        NEW.id, nullif(NEW.hidden_grade_asset, hg__skeleton(v_version, v_grade)), v_version, v_grade
    );
    RETURN NULL;
END
$hg__users_record_start$;

REVOKE ALL ON FUNCTION hg__users_record_start FROM public;
