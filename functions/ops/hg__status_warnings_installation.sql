-- What somebody should look at in the installation: its state, its schema, its triggers.
-- Writes: nothing. Calls: hg__missing_triggers, hg__warning. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings_installation(
    p_installation hg_installation
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings_installation$
DECLARE
    v_schema text := current_schema();
    v_triggers text[] := hg__missing_triggers(p_installation.live);
    v_id_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
BEGIN
    RETURN array_remove(
        ARRAY[
            CASE WHEN p_installation.state IS NULL
                THEN hg__warning('installation', 'bad',
                    'the installation has not finished: run make migrate again') END,
            CASE WHEN p_installation.state IS NOT NULL AND NOT p_installation.live
                THEN hg__warning('move', 'look', format(
                    'the state is %s: the API raises 55000 until the cutover of the legacy data',
                    p_installation.state
                )) END,
            CASE WHEN has_schema_privilege('public', v_schema, 'CREATE')
                THEN hg__warning('installation', 'look', format(
                    'everybody may create objects in schema %1$I, and so stand in for its '
                    'functions: REVOKE CREATE ON SCHEMA %1$I FROM PUBLIC', v_schema
                )) END,
            CASE WHEN v_triggers <> '{}'
                THEN hg__warning('installation', 'bad', format(
                    'triggers are missing or disabled (%s): run make migrate, or ALTER TABLE ... '
                    'ENABLE TRIGGER', array_to_string(v_triggers, ', ')
                )) END,
            CASE WHEN v_id_type <> p_installation.user_id_type
                THEN hg__warning('functions', 'bad', format(
                    'users.id is %s now, the functions were made for %s: run make migrate',
                    v_id_type, p_installation.user_id_type
                )) END
        ],
        NULL
    );
END
$hg__status_warnings_installation$;

REVOKE ALL ON FUNCTION hg__status_warnings_installation FROM public;
