-- The rows that a legacy table, else its backup, has of some learners, as verify reads it: what
-- jsonb cannot hold in a column of type json as a string of its text. p_ids are ids as text; NULL:
-- the rows that are nobody's.
-- Writes: nothing. Calls: hg__legacy_seen_id, hg__legacy_seen_json. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_rows(
    p_table text, p_ids text[], OUT o_user_id text, OUT o_row jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_rows$
DECLARE
    v_relation regclass;
    v_same_type boolean;
BEGIN
    SELECT
        c.oid,
        i.atttypid = k.atttypid
        OR (
            i.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            AND k.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
        )
    INTO v_relation, v_same_type
    FROM pg_class AS u
    INNER JOIN pg_attribute AS k ON u.oid = k.attrelid AND k.attname = 'id'
    INNER JOIN pg_class AS c
        ON u.relnamespace = c.relnamespace AND c.relkind IN ('r', 'p', 'f')
        AND c.relname IN (p_table, p_table || '_backup')
    INNER JOIN pg_attribute AS i
        ON c.oid = i.attrelid AND i.attname = 'user_id' AND NOT i.attisdropped
    WHERE u.oid = 'users'::regclass
    ORDER BY length(c.relname::text)
    LIMIT 1;
    IF v_relation IS NULL THEN
        RETURN;
    END IF;

    FOR o_user_id, o_row IN EXECUTE format( -- dynamic: which table there is, and which columns
        'SELECT s.id, to_jsonb(x) FROM %1$s AS t '
        'CROSS JOIN LATERAL (SELECT %2$s AS id OFFSET 0) AS s '
        'CROSS JOIN LATERAL (SELECT %3$s) AS x WHERE %4$s',
        v_relation,
        -- What is written as usual needs no second look.
        CASE
            WHEN v_same_type THEN 't.user_id::text'
            ELSE
                'CASE WHEN t.user_id::text ~ ''^(0|-?[1-9][0-9]{0,8}'
                '|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'' THEN t.user_id::text '
                'ELSE hg__legacy_seen_id(t.user_id::text) END'
        END,
        (
            SELECT string_agg(
                format(
                    CASE a.atttypid
                        WHEN 'json'::regtype
                            THEN
                                'coalesce(hg__legacy_seen_json(t.%1$I::text), '
                                'to_jsonb(t.%1$I::text)) AS %1$I'
                        ELSE 't.%1$I'
                    END,
                    a.attname
                ), ', ' ORDER BY a.attnum
            )
            FROM pg_attribute AS a
            WHERE a.attrelid = v_relation AND a.attnum > 0 AND NOT a.attisdropped
        ),
        CASE
            WHEN p_ids IS NULL THEN 'NOT EXISTS (SELECT FROM users AS u WHERE u.id::text = s.id)'
            WHEN v_same_type THEN format('t.user_id = ANY ($1::%s[])', (
                SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
                WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
            ))
            ELSE 's.id = ANY ($1)'
        END
    )
    USING p_ids
    LOOP
        RETURN NEXT;
    END LOOP;
END
$hg__legacy_seen_rows$;

REVOKE ALL ON FUNCTION hg__legacy_seen_rows FROM public;
