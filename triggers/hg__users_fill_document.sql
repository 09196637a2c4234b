-- A new learner's document: the skeleton, or the one that was given, made whole.
-- Attached by hg__attach_users_triggers as users_fill_document, before each row's INSERT.
-- Writes: nothing. Calls: hg__grade_number, hg__skeleton, hg__document_problem, hg__recomputed.
-- Raises: LG422.
-- SECURITY DEFINER: whoever may insert learners needs no rights on the rules.
CREATE OR REPLACE FUNCTION hg__users_fill_document() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_fill_document$
DECLARE
    v_version integer := (SELECT i.rules_version FROM hg_installation AS i);
    v_grade smallint := hg__grade_number(NEW.grade::text);
    v_problem text;
BEGIN
    IF NEW.hidden_grade_asset IS NULL THEN
        NEW.hidden_grade_asset := hg__skeleton(v_version, v_grade);
    ELSE
        v_problem := hg__document_problem(NEW.hidden_grade_asset);
        IF v_problem IS NOT NULL THEN
            RAISE EXCEPTION 'malformed document' USING
                ERRCODE = 'LG422',
                DETAIL = v_problem,
                HINT = 'Leave hidden_grade_asset out: a new learner gets a new document, which '
                    'hg_record_activity, hg_grant_tokens, hg_set_mastery, '
                    'hg_set_preferred_difficulty and hg_set_time_zone then fill; one that is given '
                    'must have every key that docs/document.md names.';
        END IF;
        NEW.hidden_grade_asset := hg__recomputed(NEW.hidden_grade_asset, v_version, v_grade);
    END IF;
    RETURN NEW;
END
$hg__users_fill_document$;

REVOKE ALL ON FUNCTION hg__users_fill_document FROM public;
