-- Refuses a column users.hidden_grade_asset that is neither json nor jsonb; where there is none it
-- will be made.
-- Writes: nothing. Calls: nothing. Raises: 0A000.
CREATE OR REPLACE FUNCTION hg__require_document_type() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__require_document_type$
DECLARE
    v_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'
        AND NOT a.attisdropped AND a.atttypid NOT IN ('json'::regtype, 'jsonb'::regtype)
    );
BEGIN
    IF v_type IS NOT NULL THEN
        RAISE EXCEPTION 'users.hidden_grade_asset is neither json nor jsonb' USING
            ERRCODE = 'feature_not_supported',
            DETAIL = format('It is of type %s.', v_type),
            HINT = 'Run ALTER TABLE users ALTER COLUMN hidden_grade_asset TYPE json USING '
                'hidden_grade_asset::json, once every value in it is JSON, and then this again.';
    END IF;
END
$hg__require_document_type$;

REVOKE ALL ON FUNCTION hg__require_document_type FROM public;
