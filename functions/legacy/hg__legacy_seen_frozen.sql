-- What there was of some learners at the cutover, as hg__legacy_seen_live gives it: the older
-- document that was set aside, the archived rows, and of users' columns what was archived when they
-- were made equal to the document, else what the document has. "history" is what was kept of
-- module_history, which has gone on since. A learner whose older document cannot be read began with
-- the columns alone. One who came after the cutover, or whose ledger begins later by now, is not
-- among them.
-- Writes: nothing. Calls: hg__legacy_seen_json. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_frozen(
    p_ids text[], OUT o_source jsonb, OUT o_staged jsonb, OUT o_checkpoint jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_frozen$
DECLARE
    v_id text;
    v_text text;
    v_document jsonb;
    v_version integer;
    v_grade smallint;
    v_checkpoints bigint;
    v_stats jsonb;
    v_tables jsonb;  -- learner -> table -> rows
    v_columns jsonb;  -- learner -> column -> value
    -- What an earlier run of the import archived is not of these sources.
    v_since timestamptz := (SELECT r.started_at FROM hg_legacy_run AS r);
BEGIN
    SELECT
        coalesce(jsonb_object_agg(g.id, g.found) FILTER (WHERE NOT g.equalised), '{}'),
        coalesce(jsonb_object_agg(g.id, g.found) FILTER (WHERE g.equalised), '{}')
    INTO v_tables, v_columns
    FROM (
        SELECT f.id, f.equalised, jsonb_object_agg(f.name, f.found) AS found
        FROM (
            SELECT
                a.user_id AS id, true AS equalised, replace(a.source, 'users.', '') AS name,
                coalesce(hg__legacy_seen_json(a.row_data), 'null') AS found
            FROM hg_legacy_archive AS a
            WHERE a.user_id = ANY (p_ids) AND a.reason = 'equalised'
            AND a.archived_at >= v_since
            UNION ALL
            SELECT
                a.user_id, false, a.source, jsonb_agg(hg__legacy_seen_json(a.row_data))
            FROM hg_legacy_archive AS a
            WHERE a.user_id = ANY (p_ids) AND a.source IN ('subject_mastery', 'ai_analytics')
            AND a.reason <> 'orphan' AND a.reason NOT LIKE '%:%'
            AND a.archived_at >= v_since
            GROUP BY a.user_id, a.source
            UNION ALL
            SELECT a.user_id, false, 'history', hg__legacy_seen_json(a.row_data)
            FROM hg_legacy_archive AS a
            WHERE a.user_id = ANY (p_ids) AND a.reason = 'frozen' AND a.archived_at >= v_since
        ) AS f
        GROUP BY f.id, f.equalised
    ) AS g;

    FOR v_id, v_text, v_version, v_grade, v_checkpoints, o_checkpoint IN
    EXECUTE format( -- dynamic: the type of users.id
        'SELECT u.id::text AS id, to_json(u.hidden_grade_asset_old)::text AS document, '
        'min(l.rules_version) AS version, min(l.user_grade) AS grade, '
        'count(*) FILTER (WHERE l.kind = ''import'') AS checkpoints, '
        '(array_agg(l.document) FILTER (WHERE l.kind = ''import''))[1] AS checkpoint '
        'FROM users AS u LEFT JOIN hg_ledger AS l ON u.id = l.user_id '
        'AND l.kind IN (''skeleton'', ''import'', ''retention'') '
        'WHERE u.id = ANY ($1::%s[]) GROUP BY u.id '
        'HAVING bool_or(l.kind = ''import'') IS DISTINCT FROM false',
        (
            SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
            WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
        )
    )
    USING p_ids
    LOOP
        v_document := hg__legacy_seen_json(v_text);
        v_stats := o_checkpoint -> 'global_stats';
        o_staged := o_checkpoint;
        o_source := jsonb_build_object(
            'id', v_id,
            'document', v_document,
            'stored', v_document IS NOT NULL,
            'unreadable', false,
            'grade', v_grade,
            'grade_then', v_grade,
            'version', coalesce(
                v_version, (SELECT i.rules_version FROM hg_installation AS i)
            ),
            'checkpoints', v_checkpoints,
            'columns', jsonb_build_object(
                'tokens', v_stats -> 'tokens',
                'streak_days', v_stats -> 'streak_days',
                'daily_tokens_earned', v_stats -> 'daily_tokens',
                'questions_answered', v_stats -> 'total_questions_answered',
                'correct_answers', v_stats -> 'total_correct_answers',
                'daily_engagement_minutes', v_stats -> 'daily_engagement_minutes',
                'last_active', v_stats -> 'last_active'
            ) || coalesce(v_columns -> v_id, '{}'),
            'history', v_tables -> v_id -> 'history',
            'tables', CASE
                WHEN v_document IS NOT NULL OR v_text IS NULL
                    THEN (v_tables -> v_id) - 'history'
            END
        );
        RETURN NEXT;
    END LOOP;
END
$hg__legacy_seen_frozen$;

REVOKE ALL ON FUNCTION hg__legacy_seen_frozen FROM public;
