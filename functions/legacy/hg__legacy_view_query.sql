-- A legacy table that was set aside as its view shows it: the SQL of the columns in their order,
-- of what they are read from, and the names of those that show the document.
-- Writes: nothing. Calls: hg__legacy_view_shown, hg__legacy_view_learner. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_query(
    p_table text, p_relation regclass,
    OUT o_columns text, OUT o_from text, OUT o_shown text[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_query$
DECLARE
    v_shown jsonb := hg__legacy_view_shown(p_table, p_relation);
    v_learner record := hg__legacy_view_learner(p_relation);
BEGIN
    SELECT
        string_agg(
            coalesce(
                (v_shown ->> a.attname) || format(' AS %I', a.attname),
                format('t.%I', a.attname)
            ), ', ' ORDER BY a.attnum
        ),
        coalesce(
            array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE v_shown ? a.attname), '{}'
        )
    INTO o_columns, o_shown
    FROM pg_attribute AS a
    WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped;

    o_from := format('%s AS t', p_relation);
    IF p_table = 'ai_analytics' AND o_shown <> '{}' THEN
        -- OFFSET 0: read once a row, not once a column.
        o_from := o_from || format(
            ' CROSS JOIN LATERAL (SELECT (SELECT u.hidden_grade_asset -> ''ai_analytics'' '
            'FROM users AS u WHERE %s = %s) AS section OFFSET 0) AS s',
            v_learner.o_id, v_learner.o_learner
        );
    END IF;
END
$hg__legacy_view_query$;

REVOKE ALL ON FUNCTION hg__legacy_view_query FROM public;
