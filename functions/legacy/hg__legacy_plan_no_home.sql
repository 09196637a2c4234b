-- The plan's part on what has no home in a document and would only be archived: per column the rows
-- in which it is not its default, per table its rows. p_users, p_tables: the parts before.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_no_home(p_users jsonb, p_tables jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_no_home$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'source', h.source, 'rows', h.of_all, 'differ', h.differ
        ) ORDER BY h.part, h.source), '[]')
        FROM (
            SELECT
                1 AS part,
                t.item ->> 'table' || '.' || c.key AS source,
                t.item -> 'rows' AS of_all,
                c.value AS differ
            FROM jsonb_array_elements(p_tables) AS t (item)
            CROSS JOIN LATERAL jsonb_each(t.item -> 'no_home') AS c
            UNION ALL
            SELECT
                1,
                'users.preferred_difficulty',
                p_users -> 'rows',
                c.item -> 'other'
            FROM jsonb_array_elements(p_users -> 'columns') AS c (item)
            WHERE c.item ->> 'column' = 'preferred_difficulty'
            UNION ALL
            SELECT
                2,
                t.item ->> 'table',
                t.item -> 'rows',
                t.item -> 'rows'
            FROM jsonb_array_elements(p_tables) AS t (item)
            WHERE t.item ->> 'table' IN (
                'concept_mastery', 'subject_difficulty_history', 'user_progress'
            )
            AND t.item @> '{"serves": true}'
        ) AS h
    );
END
$hg__legacy_plan_no_home$;

REVOKE ALL ON FUNCTION hg__legacy_plan_no_home FROM public;
