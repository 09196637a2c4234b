-- The SQL of the question whether a column of ai_analytics does not say what the document's
-- section says: then the view shows the section's. s.section is the section; a row t. It compares
-- what the import would make of the column, see hg__legacy_analysis_row.
-- Writes: nothing. Calls: hg__legacy_view_has, hg__legacy_view_instant, hg__legacy_view_texts.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_differs(
    p_relation regclass, p_column text, p_key text
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_differs$
DECLARE
    c_first CONSTANT jsonb := '{
        "strength_concepts": "strengths", "recommended_activities": "suggested_activities"
    }';
    c_second CONSTANT jsonb := '{
        "strengths": "strength_concepts", "suggested_activities": "recommended_activities"
    }';
    v_type regtype := (
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attname = p_column
    );
    v_texts text := hg__legacy_view_texts(p_relation, p_column);
BEGIN
    IF p_column IN ('generated_at', 'analysis_date') THEN
        -- A section without any date leaves the row its own, so that it stays the newest.
        RETURN format(
            'num_nulls(s.section ->> ''datetime_generated'', s.section ->> ''analysis_date'') < 2 '
            'AND s.section ? %1$L AND s.section ->> %1$L IS DISTINCT FROM '
            'to_char((%2$s) AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS"Z"'')',
            p_key, hg__legacy_view_instant(p_relation, p_column)
        );
    ELSIF p_column IN ('learning_patterns', 'engagement_analysis') THEN
        -- What was no object, or no JSON that jsonb can hold, was read as an empty one.
        RETURN format(
            'jsonb_typeof(s.section -> %1$L) = ''object'' AND CASE s.section -> %1$L '
            'WHEN ''{}'' THEN %2$s ELSE (s.section -> %1$L)::text '
            'IS DISTINCT FROM t.%3$I::text END',
            p_key,
            CASE
                WHEN v_type = 'json'::regtype
                    THEN format(
                        '(json_typeof(t.%1$I) = ''object'' AND '
                        't.%1$I::text !~ ''\\u(0000|[dD][89a-fA-F])'') IS TRUE', p_column
                    )
                WHEN v_type = 'jsonb'::regtype
                    THEN format('(jsonb_typeof(t.%I) = ''object'') IS TRUE', p_column)
                ELSE 'false'
            END,
            p_column
        );
    END IF;
    RETURN format(
        'jsonb_typeof(s.section -> %1$L) = ''array'' AND s.section -> %1$L <> %2$s AND %3$s',
        p_key, v_texts,
        CASE
            -- Of two columns the first shows it, unless the second is the one that told it.
            WHEN c_second ? p_column
                THEN format(
                    '(%s <> ''[]'' OR %s = ''[]'')', v_texts,
                    hg__legacy_view_texts(p_relation, c_second ->> p_column)
                )
            WHEN hg__legacy_view_has(p_relation, ARRAY[c_first ->> p_column])
                THEN format(
                    '%s <> ''[]'' AND (%s = ''[]'' OR s.section -> %L = ''[]'')', v_texts,
                    hg__legacy_view_texts(p_relation, c_first ->> p_column), p_key
                )
            ELSE 'true'
        END
    );
END
$hg__legacy_view_differs$;

REVOKE ALL ON FUNCTION hg__legacy_view_differs FROM public;
