-- Takes analyses out of a learner's document: those of before the horizon, and OpenAI's where the
-- consent was taken back. Their scopes are as if never analysed. Snapshots go, too: they are copies
-- of documents. Returns how many analyses; a learner whom another session holds is left for the
-- next time.
-- Writes: users, hg_ai_analyses, hg_snapshots. Calls: hg__ai_consents, hg__ai_expired,
-- hg__ai_section_path, hg__store_document. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_expire(
    p_user_id users.id%TYPE, p_horizon timestamptz
) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_expire$
DECLARE
    v_empty jsonb := (
        SELECT v.skeleton -> 'ai_analytics'
        FROM hg_installation AS i
        INNER JOIN hg_rule_versions AS v ON i.rules_version = v.version
    );
    v_consents boolean := hg__ai_consents(p_user_id);
    v_document jsonb := (SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = p_user_id);
    v_scopes text[] := hg__ai_expired(v_document, v_empty, p_horizon, v_consents);
    v_scope text;
BEGIN
    IF v_scopes = '{}' THEN
        RETURN 0;
    END IF;
    SELECT u.hidden_grade_asset INTO v_document
    FROM users AS u
    WHERE u.id = p_user_id
    FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT found THEN
        RETURN 0;
    END IF;
    -- Another session may have been there in between.
    v_scopes := hg__ai_expired(v_document, v_empty, p_horizon, v_consents);
    FOREACH v_scope IN ARRAY v_scopes LOOP
        v_document := jsonb_set(
            v_document, hg__ai_section_path(v_scope),
            CASE v_scope WHEN 'global' THEN v_empty ELSE 'null' END
        );
    END LOOP;
    PERFORM hg__store_document(p_user_id, v_document);
    DELETE FROM hg_ai_analyses AS a WHERE a.user_id = p_user_id AND a.scope = ANY (v_scopes);
    DELETE FROM hg_snapshots AS s WHERE s.user_id = p_user_id;
    RETURN cardinality(v_scopes);
END
$hg__ai_expire$;

REVOKE ALL ON FUNCTION hg__ai_expire FROM public;
