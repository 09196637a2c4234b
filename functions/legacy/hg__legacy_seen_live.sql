-- What there is of some learners before the cutover, as verify reads it. o_source, one object a
-- learner: "columns" (those of users that a document is built from), "grade", "document", "stored"
-- (there is one), "unreadable" (jsonb cannot hold it), "tables" (the rows of each); and of what was
-- made of them "checkpoints" (how many), "version" (of the rules then), "grade_then", "quarantine"
-- (the reason). o_staged and o_checkpoint are the documents.
-- Writes: nothing. Calls: hg__legacy_seen_rows, hg__legacy_seen_json, hg__grade_number.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_live(
    p_ids text[], OUT o_source jsonb, OUT o_staged jsonb, OUT o_checkpoint jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_live$
BEGIN
    FOR o_source, o_staged, o_checkpoint IN EXECUTE format( -- dynamic: which columns there are
        'SELECT jsonb_build_object(''id'', t.id::text, ''columns'', c.found, '
        '''grade'', hg__grade_number(c.found ->> ''grade''), ''document'', d.found, '
        '''stored'', d.stored, ''unreadable'', d.found IS NULL AND d.stored, '
        '''tables'', r.tables, ''checkpoints'', l.how_many, ''grade_then'', l.grade, '
        '''version'', coalesce(l.version, (SELECT i.rules_version FROM hg_installation AS i)), '
        '''quarantine'', '
        '(SELECT q.reason_code FROM hg_legacy_quarantine AS q WHERE q.user_id = t.id)), '
        't.hidden_grade_asset_next, l.document '
        'FROM users AS t '
        'CROSS JOIN LATERAL (SELECT %2$s OFFSET 0) AS d (found, stored) '
        'CROSS JOIN LATERAL (SELECT jsonb_build_object(%1$s) AS found OFFSET 0) AS c '
        'CROSS JOIN LATERAL (SELECT count(*) AS how_many, '
        '(array_agg(l.document))[1] AS document, min(l.user_grade) AS grade, '
        'min(l.rules_version) AS version FROM hg_ledger AS l '
        'WHERE l.user_id = t.id AND l.kind = ''import'') AS l '
        'LEFT JOIN (SELECT x.id, jsonb_object_agg(x.name, x.items) AS tables FROM ('
        'SELECT n.name, s.o_user_id AS id, jsonb_agg(s.o_row) AS items '
        'FROM unnest(''{concept_mastery,subject_mastery,subject_difficulty_history,user_progress,'
        'ai_analytics,module_history}''::text[]) AS n (name) '
        'CROSS JOIN LATERAL hg__legacy_seen_rows(n.name, $1) AS s '
        'GROUP BY n.name, s.o_user_id) AS x GROUP BY x.id) AS r ON r.id = t.id::text '
        'WHERE t.id = ANY ($1::%3$s[])',
        (
            SELECT string_agg(format('%L, t.%1$I', a.attname), ', ')
            FROM pg_attribute AS a
            WHERE a.attrelid = 'users'::regclass AND NOT a.attisdropped
            AND a.attname IN (
                'grade', 'tokens', 'streak_days', 'last_active', 'daily_tokens_earned',
                'questions_answered', 'correct_answers', 'daily_engagement_minutes'
            )
        ),
        -- A document of type jsonb needs no look whether it can be one.
        coalesce(
            (
                SELECT CASE a.atttypid
                    WHEN 'jsonb'::regtype
                        THEN 't.hidden_grade_asset, t.hidden_grade_asset IS NOT NULL'
                    ELSE
                        'hg__legacy_seen_json(to_json(t.hidden_grade_asset)::text), '
                        't.hidden_grade_asset IS NOT NULL'
                END
                FROM pg_attribute AS a
                WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'
                AND NOT a.attisdropped
            ),
            'NULL::jsonb, false'
        ),
        (
            SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
            WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
        )
    )
    USING p_ids
    LOOP
        RETURN NEXT;
    END LOOP;
END
$hg__legacy_seen_live$;

REVOKE ALL ON FUNCTION hg__legacy_seen_live FROM public;
