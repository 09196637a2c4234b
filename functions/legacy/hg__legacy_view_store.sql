-- Stores what a row of ai_analytics says as the document's section of AI texts, as the import would
-- read it; NULL: there is no row, so the section is empty. The learner is locked already. AI texts
-- stand beside the fold: the ledger does not hear of them. A document that is sound stays sound.
-- Writes: users. Calls: hg__object, hg__legacy_analysis_row, hg__skeleton, hg__document_problem,
-- hg__raise_malformed, hg__store_document. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__legacy_view_store(p_user_id users.id%TYPE, p_row jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_store$
DECLARE
    v_old jsonb := (SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = p_user_id);
    v_new jsonb;
BEGIN
    IF (jsonb_typeof(v_old) = 'object') IS NOT TRUE THEN
        RETURN;
    END IF;
    v_new := v_old || jsonb_build_object(
        'ai_analytics',
        hg__object(v_old -> 'ai_analytics') || CASE
            WHEN p_row IS NOT NULL THEN hg__legacy_analysis_row(p_row)
            ELSE (
                SELECT hg__skeleton(i.rules_version, NULL) -> 'ai_analytics'
                FROM hg_installation AS i
            )
        END
    );
    IF hg__document_problem(v_new) IS NOT NULL AND hg__document_problem(v_old) IS NULL THEN
        PERFORM hg__raise_malformed(v_new);
    END IF;
    PERFORM hg__store_document(p_user_id, v_new);
END
$hg__legacy_view_store$;

REVOKE ALL ON FUNCTION hg__legacy_view_store FROM public;
