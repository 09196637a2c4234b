-- What somebody should look at in what hg_status has checked: the functions, the indexes, a sample
-- of the documents, what vacuum has left. p_status is the answer of hg_status so far.
-- Writes: nothing. Calls: hg__missing_indexes, hg__warning. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings_checks(p_status jsonb) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings_checks$
DECLARE
    c_long CONSTANT integer := 3600;
    v_gone text := (
        SELECT string_agg(f.signature, ', ')
        FROM jsonb_array_elements_text(p_status #> '{functions,gone}') AS f (signature)
    );
    v_changed text := (
        SELECT string_agg(f.signature, ', ')
        FROM jsonb_array_elements_text(p_status #> '{functions,changed}') AS f (signature)
    );
    v_indexes text[] := hg__missing_indexes();
    v_oldest jsonb := p_status -> 'oldest_transaction';
BEGIN
    RETURN array_remove(
        ARRAY[
            CASE WHEN v_gone IS NOT NULL
                THEN hg__warning('functions', 'bad', format(
                    'functions were dropped (%s): run make migrate', v_gone
                )) END,
            CASE WHEN v_changed IS NOT NULL
                THEN hg__warning('functions', 'bad', format(
                    'functions are not what was loaded (%s): run make migrate, which brings them '
                    'back', v_changed
                )) END,
            CASE WHEN (p_status #>> '{verified,differing}')::integer > 0
                THEN hg__warning('documents', 'bad', format(
                    'of %s learners looked at, the documents of %s differ from their ledgers: '
                    'SELECT * FROM hg_verify() names all, SELECT hg_rebuild(user_id) mends one',
                    p_status #>> '{verified,sampled}', p_status #>> '{verified,differing}'
                )) END,
            CASE WHEN v_indexes <> '{}'
                THEN hg__warning('installation', 'bad', format(
                    'indexes are missing or invalid (%s): create them as migrations/ does, DROP '
                    'INDEX first where one is invalid', array_to_string(v_indexes, ', ')
                )) END,
            CASE WHEN (v_oldest ->> 'seconds')::numeric > c_long AND v_oldest ->> 'pid' IS NOT NULL
                THEN hg__warning('users', 'look', format(
                    'a transaction of process %s has been open for %s, and no vacuum removes what '
                    'was changed since: end it, or SELECT pg_terminate_backend(%1$s)',
                    v_oldest ->> 'pid', make_interval(secs => (v_oldest ->> 'seconds')::numeric)
                )) END,
            CASE WHEN (v_oldest ->> 'seconds')::numeric > c_long
                AND v_oldest ->> 'prepared' IS NOT NULL
                THEN hg__warning('users', 'look', format(
                    'the transaction %L has been prepared for %s, and no vacuum removes what was '
                    'changed since: COMMIT PREPARED or ROLLBACK PREPARED it',
                    v_oldest ->> 'prepared',
                    make_interval(secs => (v_oldest ->> 'seconds')::numeric)
                )) END
        ] || ARRAY(
            SELECT hg__warning(v.concern, 'look', format(
                '%s of the rows of %s are dead (%s of them): VACUUM %2$s, and see whether '
                'autovacuum is on and comes often enough', v.vacuum ->> 'dead_share', v.name,
                v.vacuum ->> 'dead_rows'
            ))
            FROM (
                VALUES
                ('users', 'users', p_status #> '{users,vacuum}'),
                ('ledger', 'hg_ledger', p_status #> '{ledger,vacuum}')
            ) AS v (concern, name, vacuum)
            WHERE (v.vacuum ->> 'dead_rows')::bigint >= 10000
            AND (v.vacuum ->> 'dead_share')::numeric > 0.4
        ),
        NULL
    );
END
$hg__status_warnings_checks$;

REVOKE ALL ON FUNCTION hg__status_warnings_checks FROM public;
