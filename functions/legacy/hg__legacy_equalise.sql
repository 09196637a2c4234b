-- Makes the older columns of users equal to the staged documents of some learners, and archives
-- what stood there. Learners whom another session holds are marked, and come again; those who are
-- marked have columns that are newer than their documents, and are left alone.
-- Writes: users, hg_legacy_archive, hg_legacy_dirty. Calls: hg__legacy_lock_learners,
-- hg__legacy_mirrored_columns, hg__legacy_row_expression, hg__legacy_mirrored, hg__legacy_user_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_equalise(p_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET timezone TO 'UTC'
AS $hg__legacy_equalise$
DECLARE
    v_before text := coalesce(current_setting('hg.writing', true), '');
    v_columns text[] := hg__legacy_mirrored_columns();
    v_locked text[] := hg__legacy_lock_learners(p_ids);
BEGIN
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT u.id, false
    FROM users AS u
    WHERE u.id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id))
    AND u.id::text <> ALL (v_locked);
    IF v_columns = '{}' THEN
        RETURN;
    END IF;

    -- It is us: nobody is marked by it.
    PERFORM set_config('hg.writing', 'on', true);
    EXECUTE format( -- dynamic: which columns users has
        'WITH odd AS ('
        '    SELECT t.id, %1$s AS columns FROM users AS t '
        '    CROSS JOIN LATERAL '
        '        jsonb_populate_record(t, hg__legacy_mirrored(t.hidden_grade_asset_next)) AS n '
        '    WHERE t.id IN (SELECT hg__legacy_user_id(i.id) FROM unnest($1) AS i (id)) '
        '    AND t.hidden_grade_asset_next IS NOT NULL AND ROW(%2$s) IS DISTINCT FROM ROW(%3$s) '
        '    AND t.id NOT IN ('
        '        SELECT d.user_id FROM hg_legacy_dirty AS d WHERE d.user_id IS NOT NULL'
        '    ) AND NOT EXISTS (SELECT FROM hg_legacy_dirty AS d WHERE d.everybody)'
        '), written AS ('
        '    UPDATE users AS t SET (%4$s) = ROW('
        '        (jsonb_populate_record(t, hg__legacy_mirrored(t.hidden_grade_asset_next))).%5$s'
        '    ) FROM odd AS o WHERE o.id = t.id RETURNING t.id, o.columns, %1$s AS now'
        ') '
        'INSERT INTO hg_legacy_archive '
        '(archived_at, user_id, source, source_id, row_data, reason) '
        'SELECT clock_timestamp(), w.id::text, ''users.'' || c.key, w.id::text, c.value::text, '
        '    ''equalised'' '
        'FROM written AS w CROSS JOIN LATERAL jsonb_each(w.columns) AS c '
        'WHERE c.value IS DISTINCT FROM w.now -> c.key',
        hg__legacy_row_expression('users', v_columns),
        (SELECT string_agg(format('t.%I', c.name), ', ') FROM unnest(v_columns) AS c (name)),
        (SELECT string_agg(format('n.%I', c.name), ', ') FROM unnest(v_columns) AS c (name)),
        (SELECT string_agg(format('%I', c.name), ', ') FROM unnest(v_columns) AS c (name)),
        (
            SELECT string_agg(
                format('%I', c.name),
                ', (jsonb_populate_record(t, hg__legacy_mirrored(t.hidden_grade_asset_next))).'
            )
            FROM unnest(v_columns) AS c (name)
        )
    )
    USING v_locked;
    PERFORM set_config('hg.writing', v_before, true);
END
$hg__legacy_equalise$;

REVOKE ALL ON FUNCTION hg__legacy_equalise FROM public;
