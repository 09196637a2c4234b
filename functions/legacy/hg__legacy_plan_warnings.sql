-- The plan's part on what a person should know before: {code, text} each. p_state, p_users,
-- p_tables: the parts before.
-- Writes: nothing. Calls: hg__legacy_narrow_columns. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_warnings(
    p_state jsonb, p_users jsonb, p_tables jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_warnings$
DECLARE
    v_learners jsonb := (
        SELECT jsonb_object_agg(s.item ->> 'shape', s.item -> 'learners')
        FROM jsonb_array_elements(p_users -> 'document' -> 'shapes') AS s (item)
    );
    -- Once finalize has begun nothing will be imported.
    v_tables jsonb := CASE
        WHEN p_state ->> 'state' = 'finalized' OR p_state #> '{import,finalizing}' = 'true'
            THEN '[]'
        ELSE p_tables
    END;
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            jsonb_build_object('code', w.code, 'text', w.words) ORDER BY w.place, w.code, w.words
        ), '[]')
        FROM (
            SELECT
                0 AS place,
                'document_type' AS code,
                format(
                    'users.%I is of type %s: only json and jsonb can be taken, and make migrate '
                    'refuses it. ALTER COLUMN it to json, once every value in it is JSON.',
                    p_users #>> '{document,column}', p_users #>> '{document,type}'
                ) AS words
            WHERE p_users #>> '{document,type}' NOT IN ('json', 'jsonb')
            UNION ALL
            SELECT
                0,
                'narrow_column',
                format(
                    '%s: after the cutover sessions would fail on it, so make import refuses. '
                    'ALTER TABLE users %s.', n.o_problem, n.o_remedy
                )
            FROM hg__legacy_narrow_columns() AS n
            UNION ALL
            SELECT
                1,
                'last_grade_advancement',
                'users.last_grade_advancement looks unused, but the application''s yearly grade '
                'promotion uses it as its only guard against promoting twice, and the client polls '
                'every 30 s: without it every learner would be promoted again and again. It and '
                'last_active are never dropped by finalize.'
            FROM jsonb_array_elements(p_users -> 'columns') AS c (item)
            WHERE c.item ->> 'column' = 'last_grade_advancement'
            UNION ALL
            SELECT
                2,
                'quarantine',
                format(
                    '%s learners have a document that jsonb cannot hold: they stay as they are, in '
                    'quarantine, until it is mended (hg_legacy_retry) or cutover is told '
                    'ALLOW_QUARANTINE=yes.', v_learners ->> 'unreadable'
                )
            WHERE v_learners -> 'unreadable' > '0'
            UNION ALL
            SELECT
                3,
                'same_blocks',
                format(
                    '%s learners have a module that another learner has in exactly the same state '
                    '(%s such modules, one of them in %s learners): a script may once have used '
                    'one document as a template. Nothing is guessed; they are taken as they are.',
                    p_users #>> '{document,same_blocks,learners}',
                    p_users #>> '{document,same_blocks,blocks}',
                    p_users #>> '{document,same_blocks,most}'
                )
            WHERE p_users #> '{document,same_blocks,learners}' > '0'
            UNION ALL
            SELECT
                4,
                'orphans',
                format(
                    '%s: %s rows of learners that are gone, %s rows of nobody; they are %s.',
                    t.item ->> 'relation', t.item ->> 'orphans', t.item ->> 'without_user',
                    CASE WHEN t.item ->> 'use' = 'replaced' THEN 'archived' ELSE 'passed over' END
                )
            FROM jsonb_array_elements(v_tables) AS t (item)
            WHERE t.item -> 'serves' = 'true'
            AND (t.item -> 'orphans' > '0' OR t.item -> 'without_user' > '0')
            UNION ALL
            SELECT
                5,
                'no_user_id',
                format(
                    '%s has no column user_id: the import does not read it.', t.item ->> 'relation'
                )
            FROM jsonb_array_elements(v_tables) AS t (item)
            WHERE t.item @> '{"found": true}' AND t.item -> 'user_id_type' = 'null'
            AND t.item ->> 'use' <> 'kept'
            UNION ALL
            SELECT
                6,
                'backup_serves',
                format(
                    '%s is missing: its copy %s serves, and stays as it is; no view takes the '
                    'name.', t.item ->> 'table', t.item ->> 'relation'
                )
            FROM jsonb_array_elements(v_tables) AS t (item)
            WHERE t.item @> '{"stored_as": "backup", "serves": true}'
            UNION ALL
            SELECT
                7,
                'backup_ignored',
                format(
                    '%s stands beside %s and is not read.', o.item ->> 'relation',
                    t.item ->> 'relation'
                )
            FROM jsonb_array_elements(v_tables) AS t (item)
            CROSS JOIN LATERAL jsonb_array_elements(t.item -> 'others') AS o (item)
            UNION ALL
            SELECT
                8,
                'unknown_modules',
                format(
                    'module_history names modules that the catalog does not know; their rows are '
                    'passed over: %s.',
                    (
                        SELECT string_agg(format('%s (%s)', m.key, m.value), ', ' ORDER BY m.key)
                        FROM jsonb_each(t.item -> 'unknown_modules') AS m
                    )
                )
            FROM jsonb_array_elements(v_tables) AS t (item)
            WHERE t.item -> 'unknown_modules' <> '{}'
            UNION ALL
            SELECT
                9,
                'index_missing',
                format(
                    '%s has no index that serves the import: make import first builds one (CREATE '
                    'INDEX CONCURRENTLY); nobody waits for it.', t.item ->> 'relation'
                )
            FROM jsonb_array_elements(v_tables) AS t (item)
            WHERE t.item @> '{"serves": true}' AND t.item ->> 'index' = 'missing'
            AND t.item ->> 'stored_as' <> 'set aside'
        ) AS w
    );
END
$hg__legacy_plan_warnings$;

REVOKE ALL ON FUNCTION hg__legacy_plan_warnings FROM public;
