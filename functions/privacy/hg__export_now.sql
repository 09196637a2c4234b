-- A learner's document as true now, for the export; where it cannot be told, o_problem says why:
-- the API is not live, or the stored document is malformed.
-- Writes: nothing. Calls: hg__learner, hg__require_sound, hg__document_at. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be told is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__export_now(
    p_user_id users.id%TYPE, OUT o_document jsonb, OUT o_problem text
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__export_now$
DECLARE
    v_learner record;
BEGIN
    v_learner := hg__learner(p_user_id);
    PERFORM hg__require_sound(v_learner.o_document);
    o_document := hg__document_at(p_user_id, v_learner.o_document, now(), v_learner.o_settings);
EXCEPTION
    WHEN object_not_in_prerequisite_state OR SQLSTATE 'LG422' THEN
        o_problem := sqlerrm;
END
$hg__export_now$;

REVOKE ALL ON FUNCTION hg__export_now FROM public;
