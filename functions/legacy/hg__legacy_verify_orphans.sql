-- The older rows that are nobody's and that the archive does not have, or has otherwise:
-- "archive.<table>.<id>", what was archived and what was to be; arrays where there are several.
-- Writes: nothing. Calls: hg__legacy_seen_rows, hg__legacy_seen_json. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_orphans(
    OUT o_path text, OUT o_staged jsonb, OUT o_expected jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_verify_orphans$
BEGIN
    RETURN QUERY
    WITH wanted AS (
        SELECT
            t.name AS source, r.o_row ->> 'id' AS source_id, count(*) AS how_many,
            jsonb_agg(r.o_row ORDER BY r.o_row) AS items
        FROM unnest('{
            concept_mastery,subject_mastery,subject_difficulty_history,user_progress,ai_analytics
        }'::text[]) AS t (name)
        CROSS JOIN LATERAL hg__legacy_seen_rows(t.name, NULL) AS r
        GROUP BY 1, 2
    ),

    -- A row with JSON that jsonb cannot hold stands in the archive as it was: its id tells it.
    kept AS (
        SELECT
            a.source, a.source_id, count(*) AS how_many,
            jsonb_agg(i.item ORDER BY i.item) AS items, bool_or(i.item IS NULL) AS unreadable
        FROM hg_legacy_archive AS a
        CROSS JOIN LATERAL (SELECT hg__legacy_seen_json(a.row_data) AS item OFFSET 0) AS i
        WHERE a.reason = 'orphan'
        AND a.archived_at >= (SELECT r.started_at FROM hg_legacy_run AS r)
        GROUP BY 1, 2
    )

    SELECT
        concat_ws(
            '.', 'archive', coalesce(w.source, k.source), coalesce(w.source_id, k.source_id)
        ),
        CASE WHEN k.how_many = 1 THEN k.items -> 0 ELSE k.items END,
        CASE WHEN w.how_many = 1 THEN w.items -> 0 ELSE w.items END
    FROM wanted AS w
    FULL JOIN kept AS k
        ON w.source = k.source AND coalesce(w.source_id, '') = coalesce(k.source_id, '')
    WHERE w.how_many IS DISTINCT FROM k.how_many
    OR (w.items <> k.items AND NOT k.unreadable);
END
$hg__legacy_verify_orphans$;

REVOKE ALL ON FUNCTION hg__legacy_verify_orphans FROM public;
