-- The plan's part on what a view in a table's place cannot do, and on what in this database would
-- meet it: {code, object, text} each. p_tables: what hg__legacy_plan_table tells.
-- Writes: nothing. Calls: hg__legacy_plan_dependents. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_limits(p_tables jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_limits$
BEGIN
    RETURN (
        WITH replaced AS (
            SELECT t.item ->> 'table' AS name, to_regclass(t.item ->> 'relation') AS relation
            FROM jsonb_array_elements(p_tables) AS t (item)
            WHERE t.item ->> 'use' = 'replaced' AND t.item ->> 'stored_as' IN ('table', 'set aside')
        ), general AS (
            SELECT
                1 AS part,
                g.code,
                string_agg(r.name, ', ' ORDER BY r.name) AS object,
                g.words
            FROM replaced AS r
            INNER JOIN (
                VALUES
                (
                    'truncate', NULL,
                    'TRUNCATE does not work on a view: DELETE does the same'
                ),
                (
                    'on_conflict', '{ai_analytics,subject_mastery}',
                    'INSERT ... ON CONFLICT does not work on these two views: UPDATE, then INSERT '
                    'where nothing was found'
                ),
                (
                    'copy', NULL,
                    'COPY of a view by its name does not work, but for COPY FROM into ai_analytics '
                    'and subject_mastery: COPY (SELECT ...) TO, and INSERT'
                ),
                (
                    'serial_sequence', NULL,
                    'pg_get_serial_sequence finds no sequence of a view: name the sequence, or '
                    'INSERT ... RETURNING id'
                )
            ) AS g (code, which, words)
                ON g.which IS NULL OR r.name = ANY (g.which::text[])
            GROUP BY g.code, g.words
        )

        SELECT coalesce(jsonb_agg(
            jsonb_build_object('code', l.code, 'object', l.object, 'text', l.words)
            ORDER BY l.part, l.code, l.object, l.words
        ), '[]')
        FROM (
            SELECT g.* FROM general AS g
            UNION ALL
            SELECT
                1,
                'positional_insert',
                'users',
                'INSERT INTO users VALUES (...) without the names of the columns: what is given '
                'for the document goes to the older column and is not taken; name the columns'
            WHERE EXISTS (SELECT FROM replaced AS r)
            UNION ALL
            SELECT
                2,
                d.code,
                d.object,
                d.words
            FROM hg__legacy_plan_dependents(
                ARRAY(SELECT r.relation FROM replaced AS r), ARRAY(SELECT r.name FROM replaced AS r)
            ) AS d
        ) AS l
    );
END
$hg__legacy_plan_limits$;

REVOKE ALL ON FUNCTION hg__legacy_plan_limits FROM public;
