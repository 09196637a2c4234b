-- What somebody should look at, each with what to do; empty: nothing.
-- p_users and p_legacy are the answers of hg__status_users and hg__status_legacy.
-- Writes: nothing. Calls: hg__missing_triggers, hg__ledger_sequence_behind. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings(
    p_installation hg_installation, p_users jsonb, p_legacy jsonb
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings$
DECLARE
    v_schema text := current_schema();
    v_triggers text[] := hg__missing_triggers(p_installation.live);
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
    v_gone text[] := ARRAY(
        SELECT f.signature
        FROM unnest(p_installation.functions) AS f (signature)
        WHERE to_regprocedure(f.signature) IS NULL
    );
    v_id_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
BEGIN
    RETURN ARRAY(
        SELECT w.warning
        FROM (
            VALUES
            (
                1, p_installation.state IS NULL,
                'the installation has not finished: run make migrate again'
            ),
            (
                2, p_installation.state IS NOT NULL AND NOT p_installation.live,
                format(
                    'the state is %s: the API raises 55000 until the cutover of the legacy data',
                    p_installation.state
                )
            ),
            (
                3, has_schema_privilege('public', v_schema, 'CREATE'),
                format(
                    'everybody may create objects in schema %1$I, and so stand in for its '
                    'functions: REVOKE CREATE ON SCHEMA %1$I FROM PUBLIC', v_schema
                )
            ),
            (
                4, v_triggers <> '{}',
                format(
                    'triggers are missing or disabled (%s): run make migrate, or ALTER TABLE ... '
                    'ENABLE TRIGGER', array_to_string(v_triggers, ', ')
                )
            ),
            (
                5, v_gone <> '{}',
                format(
                    'functions were dropped (%s): run make migrate', array_to_string(v_gone, ', ')
                )
            ),
            (
                6, v_id_type <> p_installation.user_id_type,
                format(
                    'users.id is %s now, the functions were made for %s: run make migrate',
                    v_id_type, p_installation.user_id_type
                )
            ),
            (
                7, p_installation.live AND p_users ->> 'column_type' <> 'jsonb',
                format(
                    'users.hidden_grade_asset is %s, not jsonb: run make migrate',
                    p_users ->> 'column_type'
                )
            ),
            (
                8, p_installation.live AND NOT (p_users ->> 'column_not_null')::boolean,
                'users.hidden_grade_asset may be NULL: run make migrate, which fills it'
            ),
            (
                9, v_roles <> '{}',
                format(
                    'roles are missing: CREATE ROLE %s, then run make migrate',
                    array_to_string(v_roles, '; CREATE ROLE ')
                )
            ),
            (
                10, v_writers <> '{}',
                format(
                    'roles may write the document past its functions: REVOKE UPDATE ON users '
                    'FROM %s', array_to_string(v_writers, ', ')
                )
            ),
            (
                11, (p_users ->> 'hot_share')::numeric < 0.9
                AND (p_users ->> 'updates')::bigint >= 10000,
                format(
                    'only %s of the updates of users are HOT: look for an index on what activities '
                    'change, for rows beyond 4,080 bytes, and at fillfactor',
                    p_users ->> 'hot_share'
                )
            ),
            (
                12, hg__ledger_sequence_behind(),
                'the sequence of hg_ledger.ledger_id is behind its rows, and new ones would not be '
                'the latest: SELECT setval(pg_get_serial_sequence(''hg_ledger'', ''ledger_id''), '
                'max(ledger_id)) FROM hg_ledger'
            ),
            (
                13, NOT p_installation.live AND (p_legacy ->> 'quarantined')::bigint > 0,
                format(
                    '%s learners are in quarantine (hg_legacy_quarantine says why): mend their '
                    'documents and run make import, or SELECT hg_legacy_retry(user_id)',
                    p_legacy ->> 'quarantined'
                )
            ),
            (
                14, p_installation.state = 'imported' AND (p_legacy ->> 'dirty')::bigint > 0,
                format(
                    'the old application has made %s changes since the import: make import or '
                    'make verify builds their learners again', p_legacy ->> 'dirty'
                )
            ),
            (
                15, (p_legacy ->> 'paused')::boolean,
                'the import is paused: make resume, or SELECT hg_legacy_resume()'
            )
        ) AS w (place, applies, warning)
        WHERE w.applies
        ORDER BY w.place
    );
END
$hg__status_warnings$;

REVOKE ALL ON FUNCTION hg__status_warnings FROM public;
