-- One module's block of the document.
-- Writes: nothing. Calls: hg__learner_module, hg__log_access. Raises: 22023, 55000, LG404, LG405,
-- LG422.
-- SECURITY DEFINER: readers get one learner's block, not the table.
CREATE OR REPLACE FUNCTION hg_module(p_user_id users.id%TYPE, p_module text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_module$
DECLARE
    v_module record := hg__learner_module(p_user_id, p_module);
BEGIN
    IF (v_module.o_rules).access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_module');
    END IF;
    RETURN v_module.o_block;
END
$hg_module$;

REVOKE ALL ON FUNCTION hg_module FROM public;
GRANT EXECUTE ON FUNCTION hg_module TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_module IS
$$One module's block of the learner's document, as in hg_document(): grade_level, progress,
ai_analytics. A module the learner never played is at its start; one that is no longer active is
read where the learner has a block of it.

Arguments: p_module the module's exact name.
Errors: 22023 an argument is NULL, 55000 a legacy import is pending, LG404 unknown learner, LG405
unknown module or an inactive one without a block, LG422 the stored document is malformed.

Example: SELECT hg_module(1, 'algebra') ->> 'grade_level';

The keys: docs/document.md$$;
