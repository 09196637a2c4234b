-- What somebody should look at in users, its roles and its ledger: how the document is stored, who
-- may write it, how its updates go, whether new rows of the ledger are the latest.
-- Writes: nothing. Calls: hg__ledger_sequence_behind, hg__warning. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings_users(
    p_installation hg_installation, p_users jsonb
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings_users$
DECLARE
    v_roles text[] := ARRAY(
        SELECT w.name
        FROM unnest(ARRAY['hg_ai_worker', 'hg_app', 'hg_reader']) AS w (name)
        WHERE to_regrole(w.name) IS NULL
    );
    v_writers text[] := ARRAY(
        SELECT r.rolname
        FROM pg_roles AS r
        WHERE r.rolname IN ('hg_ai_worker', 'hg_app', 'hg_reader')
        AND has_column_privilege(r.oid, 'users'::regclass, 'hidden_grade_asset', 'UPDATE')
        ORDER BY r.rolname
    );
BEGIN
    RETURN array_remove(
        ARRAY[
            CASE WHEN p_installation.live AND p_users ->> 'column_type' <> 'jsonb'
                THEN hg__warning('documents', 'bad', format(
                    'users.hidden_grade_asset is %s, not jsonb: run make migrate',
                    p_users ->> 'column_type'
                )) END,
            CASE WHEN p_installation.live AND NOT p_installation.distributed
                AND NOT (p_users ->> 'column_not_null')::boolean
                THEN hg__warning('documents', 'bad',
                    'users.hidden_grade_asset may be NULL: run make migrate, which fills it') END,
            CASE WHEN v_roles <> '{}'
                THEN hg__warning('installation', 'bad', format(
                    'roles are missing: CREATE ROLE %s, then run make migrate',
                    array_to_string(v_roles, '; CREATE ROLE ')
                )) END,
            CASE WHEN v_writers <> '{}'
                THEN hg__warning('users', 'look', format(
                    'roles may write the document past its functions: REVOKE UPDATE ON users '
                    'FROM %s', array_to_string(v_writers, ', ')
                )) END,
            CASE WHEN (p_users ->> 'hot_share')::numeric < 0.9
                AND (p_users ->> 'updates')::bigint >= 10000
                THEN hg__warning('users', 'look', format(
                    'only %s of the updates of users are HOT: look for an index on what activities '
                    'change, for rows beyond 4,080 bytes, and at fillfactor',
                    p_users ->> 'hot_share'
                )) END,
            CASE WHEN hg__ledger_sequence_behind()
                THEN hg__warning('ledger', 'bad',
                    'the sequence of hg_ledger.ledger_id is behind its rows, and new ones would '
                    'not be the latest: SELECT setval(pg_get_serial_sequence(''hg_ledger'', '
                    '''ledger_id''), max(ledger_id)) FROM hg_ledger') END
        ],
        NULL
    );
END
$hg__status_warnings_users$;

REVOKE ALL ON FUNCTION hg__status_warnings_users FROM public;
