-- Gives a column of users another name. Who was granted the document's column by name keeps its
-- rights on the one that has that name now.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_rename_column(p_from text, p_to text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_rename_column$
DECLARE
    v_grant record;
BEGIN
    EXECUTE format( -- dynamic: which of the names it is
        'ALTER TABLE users RENAME COLUMN %I TO %I', p_from, p_to
    );
    IF p_to <> 'hidden_grade_asset' THEN
        RETURN;
    END IF;
    FOR v_grant IN
        SELECT DISTINCT
            g.privilege_type,
            g.is_grantable,
            CASE g.grantee WHEN 0 THEN 'public' ELSE g.grantee::regrole::text END AS grantee
        FROM pg_attribute AS a
        CROSS JOIN LATERAL aclexplode(a.attacl) AS g
        WHERE a.attrelid = 'users'::regclass AND NOT a.attisdropped
        AND a.attname IN ('hidden_grade_asset_old', 'hidden_grade_asset_next')
    LOOP
        -- @plpgsql_check_options: security_warnings = off
        EXECUTE format( -- dynamic: what was granted to whom
            'GRANT %s (hidden_grade_asset) ON users TO %s%s',
            v_grant.privilege_type, v_grant.grantee,
            CASE WHEN v_grant.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
        );
    END LOOP;
END
$hg__legacy_rename_column$;

REVOKE ALL ON FUNCTION hg__legacy_rename_column FROM public;
