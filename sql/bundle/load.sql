-- Functions, triggers and views, unless they are loaded.
DO $hg_load$
DECLARE
    c_files CONSTANT text[] := ARRAY[@files@];
    c_names CONSTANT text[] := '{@names@}';
    v_before hg_installation%ROWTYPE;
    v_id_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
    v_hash text;
    v_loaded text[];
    v_created text[];
    v_same boolean;
    v_renew boolean;
    v_grants jsonb[];
    v_grant jsonb;
    v_found text;
    v_column record;
BEGIN
    IF v_id_type IS NULL THEN
        RAISE EXCEPTION 'the table users has no column id' USING
            ERRCODE = 'undefined_column',
            DETAIL = format('It is in schema %s.', current_schema()),
            HINT = 'Set the search_path to the schema of the learners'' table.';
    END IF;
    SELECT i.* INTO STRICT v_before FROM hg_installation AS i;
    v_loaded := v_before.functions;
    v_hash := encode(sha256(convert_to(concat_ws(
        E'\n', '@hash@', v_id_type,
        current_setting('server_version_num')::integer / 10000, current_schema()
    ), 'UTF8')), 'hex');
    v_same := v_before.code_hash IS NOT DISTINCT FROM v_hash AND NOT EXISTS (
        SELECT FROM unnest(v_loaded) AS f (name) WHERE to_regprocedure(f.name) IS NULL
    );
    IF v_same AND to_regprocedure('hg__function_digests(text[])') IS NOT NULL THEN
        v_same := coalesce(v_before.function_digests = hg__function_digests(v_loaded), true);
    END IF;
    IF v_same THEN
        RETURN;
    END IF;

    v_grants := ARRAY(
        SELECT to_jsonb(g)
        FROM (@added_grants@) AS g
    );
    v_renew := coalesce(v_before.user_id_type <> v_id_type, false);
    LOOP
        BEGIN
            IF v_renew THEN
                v_found := (
                    SELECT string_agg(d.signature, ', ')
                    FROM (@droppable@) AS d (signature)
                );
                IF v_found IS NOT NULL THEN
                    EXECUTE 'DROP ROUTINE ' || v_found; -- dynamic: names from the list
                END IF;
                FOR v_column IN @otherwise_typed@ LOOP
                    EXECUTE format( -- dynamic: whatever columns hold a users.id
                        'ALTER TABLE %I ALTER COLUMN %I TYPE %s USING %2$I::text::%3$s',
                        v_column.relname, v_column.attname, v_id_type
                    );
                END LOOP;
            END IF;
            FOREACH v_found IN ARRAY c_files LOOP
                EXECUTE v_found; -- dynamic: only where it has not been loaded
            END LOOP;
            EXIT;
        EXCEPTION
            -- An argument's name or a result type has changed, which CREATE OR REPLACE refuses, or
            -- an argument came or went, which makes a second function of the name. Only now are
            -- functions dropped: a session that is just calling one would see it vanish.
            WHEN invalid_function_definition OR ambiguous_function THEN
                IF v_renew THEN
                    RAISE;
                END IF;
                v_renew := true;
        END;
    END LOOP;

    v_created := ARRAY(
        SELECT p.oid::regprocedure::text
        FROM pg_proc AS p
        WHERE p.pronamespace = quote_ident(current_schema())::regnamespace
        AND p.proname = ANY (c_names)
        -- Made in this transaction.
        AND age(p.xmin) <= 0
        ORDER BY 1
    );
    v_found := (
        SELECT string_agg(to_regprocedure(f.name)::text, ', ' ORDER BY f.name)
        FROM unnest(v_loaded) AS f (name)
        WHERE f.name <> ALL (v_created) AND to_regprocedure(f.name) IS NOT NULL
    );
    IF v_found IS NOT NULL THEN
        EXECUTE 'DROP ROUTINE ' || v_found; -- dynamic: those that have left
    END IF;
    FOREACH v_grant IN ARRAY v_grants LOOP
        FOR v_found IN @lacking_grant@ LOOP
            EXECUTE format( -- dynamic: what the owner has granted
                'GRANT EXECUTE ON ROUTINE %s TO %s', v_found, v_grant ->> 'grantee'
            ) || CASE WHEN (v_grant -> 'is_grantable')::boolean THEN ' WITH GRANT OPTION'
                ELSE '' END;
        END LOOP;
    END LOOP;
    UPDATE hg_installation AS i
    SET code_hash = v_hash, code_version = '@version@', functions = v_created,
        user_id_type = v_id_type;
    IF to_regprocedure('hg__function_digests(text[])') IS NOT NULL THEN
        UPDATE hg_installation AS i SET function_digests = hg__function_digests(i.functions);
    END IF;
END
$hg_load$;
