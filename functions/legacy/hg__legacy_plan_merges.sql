-- The plan's part on what merges: shapes of documents that come together, and rows of tables from
-- which a value is taken. p_users and p_tables: what hg__legacy_plan_users and
-- hg__legacy_plan_table tell.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_merges(p_users jsonb, p_tables jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_merges$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'source', m.source, 'learners', m.learners, 'rows', m.of_table, 'note', m.note
        )) ORDER BY m.part, m.place), '[]')
        FROM (
            SELECT
                1 AS part,
                s.place,
                'document: ' || (s.item ->> 'shape') AS source,
                s.item -> 'learners' AS learners,
                NULL::jsonb AS of_table,
                s.item ->> 'note' AS note
            FROM jsonb_array_elements(p_users -> 'document' -> 'shapes')
            WITH ORDINALITY AS s (item, place)
            WHERE s.item ->> 'becomes' = 'merged' AND s.item -> 'learners' > '0'
            UNION ALL
            SELECT
                2,
                t.place,
                t.item ->> 'table',
                t.item -> 'learners',
                coalesce(t.item -> 'gives', t.item -> 'rows'),
                CASE t.item ->> 'table'
                    WHEN 'ai_analytics' THEN
                        'the newest row of each learner becomes the AI section, unless the '
                        'document''s is newer; the older rows are archived'
                    WHEN 'subject_mastery' THEN
                        'the newest difficulty_level of 2-5 of each subject becomes '
                        'preferred_difficulty'
                    ELSE
                        'feeds last_module, last_played, activity_date and the cross-module '
                        'section; counters, tokens and streak never'
                END
            FROM jsonb_array_elements(p_tables) WITH ORDINALITY AS t (item, place)
            WHERE t.item @> '{"serves": true}'
            AND t.item ->> 'table' IN ('ai_analytics', 'subject_mastery', 'module_history')
            AND coalesce(t.item -> 'gives', t.item -> 'rows') > '0'
        ) AS m
    );
END
$hg__legacy_plan_merges$;

REVOKE ALL ON FUNCTION hg__legacy_plan_merges FROM public;
