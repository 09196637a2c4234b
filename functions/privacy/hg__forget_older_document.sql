-- Empties what a cutover has set aside of a learner's document, until finalize; how many there
-- were. An older document that may not be NULL becomes an empty one.
-- Writes: users. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__forget_older_document(p_user_id users.id%TYPE) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__forget_older_document$
DECLARE
    v_required boolean := (
        SELECT a.attnotnull
        FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset_old'
        AND NOT a.attisdropped
    );
    v_rows integer := 0;
BEGIN
    IF v_required IS NOT NULL THEN
        EXECUTE format( -- dynamic: a column that is there for a time
            'UPDATE users AS u SET hidden_grade_asset_old = %L '
            'WHERE u.id = $1 AND u.hidden_grade_asset_old::text <> ''{}''',
            CASE WHEN v_required THEN '{}' END
        )
        USING p_user_id;
        GET DIAGNOSTICS v_rows := ROW_COUNT;
    END IF;
    RETURN v_rows;
END
$hg__forget_older_document$;

REVOKE ALL ON FUNCTION hg__forget_older_document FROM public;
