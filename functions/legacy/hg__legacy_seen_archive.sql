-- What the archive lacks of some learners' older rows (p_rows) and documents, or has too much, as
-- verify reads it: "archive.<table>.<id>" is a row, "archive.users.hidden_grade_asset" the old
-- document; o_staged is what was archived, o_expected what was to be, arrays of several.
-- Writes: nothing. Calls: hg__legacy_seen_json. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_archive(
    p_sources jsonb[], p_rows boolean,
    OUT o_id text, OUT o_path text, OUT o_staged jsonb, OUT o_expected jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_archive$
BEGIN
    RETURN QUERY
    WITH sources AS MATERIALIZED (
        SELECT s.source ->> 'id' AS id, s.source
        FROM unnest(p_sources) AS s (source)
        WHERE s.source -> 'unreadable' = 'false'
    ),

    wanted AS (
        SELECT
            s.id, t.name AS source, r.item ->> 'id' AS source_id,
            count(*) AS how_many, jsonb_agg(r.item ORDER BY r.item) AS items
        FROM sources AS s
        CROSS JOIN unnest('{
            concept_mastery,subject_mastery,subject_difficulty_history,user_progress,ai_analytics
        }'::text[]) AS t (name)
        CROSS JOIN LATERAL
            jsonb_array_elements(coalesce(s.source -> 'tables' -> t.name, '[]')) AS r (item)
        WHERE p_rows
        GROUP BY s.id, t.name, r.item ->> 'id'
        UNION ALL
        SELECT s.id, 'users.hidden_grade_asset', s.id, 1, jsonb_build_array(s.source -> 'document')
        FROM sources AS s
        WHERE s.source -> 'stored' = 'true'
    ),

    kept AS (
        SELECT
            a.user_id AS id, a.source, a.source_id, count(*) AS how_many,
            jsonb_agg(i.item ORDER BY i.item) AS items
        FROM hg_legacy_archive AS a
        CROSS JOIN LATERAL (
            SELECT coalesce(hg__legacy_seen_json(a.row_data), to_jsonb(a.row_data)) AS item OFFSET 0
        ) AS i
        WHERE a.user_id IN (SELECT s.source ->> 'id' FROM unnest(p_sources) AS s (source))
        AND a.archived_at >= (SELECT r.started_at FROM hg_legacy_run AS r)
        AND (
            (
                p_rows AND a.reason NOT LIKE '%:%' AND a.reason <> 'orphan'
                AND a.source IN (
                    'concept_mastery', 'subject_mastery', 'subject_difficulty_history',
                    'user_progress', 'ai_analytics'
                )
            )
            OR (a.source = 'users.hidden_grade_asset' AND a.reason IN ('replaced', 'no_object'))
        )
        GROUP BY a.user_id, a.source, a.source_id
    )

    SELECT
        coalesce(w.id, k.id),
        concat_ws(
            '.', 'archive', coalesce(w.source, k.source),
            CASE
                WHEN coalesce(w.source, k.source) NOT LIKE 'users.%'
                    THEN coalesce(w.source_id, k.source_id)
            END
        ),
        CASE WHEN k.how_many = 1 THEN k.items -> 0 ELSE k.items END,
        CASE WHEN w.how_many = 1 THEN w.items -> 0 ELSE w.items END
    FROM wanted AS w
    FULL JOIN kept AS k
        ON w.id = k.id AND w.source = k.source
        AND coalesce(w.source_id, '') = coalesce(k.source_id, '')
    WHERE w.items IS DISTINCT FROM k.items;
END
$hg__legacy_seen_archive$;

REVOKE ALL ON FUNCTION hg__legacy_seen_archive FROM public;
