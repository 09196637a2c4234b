-- What in the catalog hangs on the tables that views would replace, on the document column, or on
-- columns of users that would mirror the document: one row each. p_names are the tables' names, to
-- be looked for in the text of functions.
-- Writes: nothing. Calls: hg__legacy_plan_attached, hg__legacy_plan_readers,
-- hg__legacy_plan_on_users. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_dependents(p_relations regclass[], p_names text[])
RETURNS TABLE (code text, object text, words text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_dependents$
DECLARE
    v_users regclass := to_regclass('users');
    v_document smallint[] := ARRAY(
        SELECT a.attnum FROM pg_attribute AS a
        WHERE a.attrelid = v_users AND NOT a.attisdropped
        AND a.attname IN ('hidden_grade_asset', 'hidden_grade_asset_old')
    );
BEGIN
    RETURN QUERY
    SELECT a.* FROM hg__legacy_plan_attached(p_relations) AS a
    UNION ALL
    SELECT r.* FROM hg__legacy_plan_readers(p_relations, p_names, v_users, v_document) AS r
    UNION ALL
    SELECT u.* FROM hg__legacy_plan_on_users(v_users, v_document) AS u;
END
$hg__legacy_plan_dependents$;

REVOKE ALL ON FUNCTION hg__legacy_plan_dependents FROM public;
