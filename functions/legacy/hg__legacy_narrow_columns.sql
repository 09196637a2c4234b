-- The columns of users that mirror the document after the cutover and cannot hold all that it may
-- say: any session would fail then. Each with why, and the part of an ALTER TABLE that mends it.
-- Where there is no table users there are none.
-- Writes: nothing. Calls: hg__legacy_mirrored, hg__legacy_number. Raises: nothing.
-- PARALLEL UNSAFE: what does not fit is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_narrow_columns(
    OUT o_column text, OUT o_problem text, OUT o_remedy text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_narrow_columns$
DECLARE
    c_number CONSTANT jsonb := '2147483647';
    c_name CONSTANT jsonb := to_jsonb(repeat('m', 63));  -- the longest that a module may have
    c_most CONSTANT jsonb := hg__legacy_mirrored(jsonb_build_object(
        'global_stats', jsonb_build_object(
            'tokens', c_number, 'streak_days', c_number, 'daily_tokens', c_number,
            'total_questions_answered', c_number, 'total_correct_answers', c_number,
            'daily_engagement_minutes', c_number, 'fastest_category', c_name,
            'highest_score_category', c_name, 'last_active', '2026-11-22T11:22:33Z'
        )
    ));
    v_column record;
    v_kept jsonb;
BEGIN
    FOR v_column IN
        SELECT
            a.attname AS name,
            format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AS required,
            t.typcategory = 'S' AS is_text,
            c_most -> a.attname::text AS most
        FROM pg_attribute AS a
        INNER JOIN pg_type AS t ON a.atttypid = t.oid
        WHERE a.attrelid = to_regclass('users') AND a.attnum > 0 AND NOT a.attisdropped
        AND c_most ? a.attname::text
        ORDER BY a.attnum
    LOOP
        o_column := v_column.name;
        o_problem := NULL;
        BEGIN
            -- The way in which the triggers fill a row: nothing is cut off.
            -- @plpgsql_check_options: security_warnings = off
            EXECUTE format( -- dynamic: the type of the column
                'SELECT to_jsonb(r.kept) FROM jsonb_to_record($1) AS r (kept %s)', v_column.type
            )
            INTO v_kept
            USING jsonb_build_object('kept', v_column.most);
        EXCEPTION
            WHEN data_exception OR integrity_constraint_violation OR cannot_coerce THEN
                v_kept := NULL;
        END;
        IF v_kept IS NULL OR (
            v_column.most = c_number
            AND hg__legacy_number(v_kept) IS DISTINCT FROM hg__legacy_number(c_number)
        ) THEN
            o_problem := format(
                'users.%I is of type %s, and cannot hold %s', o_column, v_column.type, CASE
                    WHEN v_column.most = c_number THEN 'numbers to 2147483647'
                    WHEN v_column.most = c_name THEN 'a module''s name, up to 63 characters'
                    ELSE 'an instant'
                END
            );
            o_remedy := format(
                'ALTER COLUMN %I TYPE %s', o_column, CASE
                    WHEN v_column.is_text OR v_column.most = c_name THEN 'text'
                    WHEN v_column.most = c_number THEN 'integer'
                    ELSE 'timestamp'
                END
            );
        ELSIF v_column.required AND v_column.most = c_name THEN
            o_problem := format(
                'users.%I is NOT NULL, and there may be no such category', o_column
            );
            o_remedy := format('ALTER COLUMN %I DROP NOT NULL', o_column);
        END IF;
        IF o_problem IS NOT NULL THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$hg__legacy_narrow_columns$;

REVOKE ALL ON FUNCTION hg__legacy_narrow_columns FROM public;
