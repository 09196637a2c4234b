-- What ai_analytics must be in the new documents of many learners, as verify reads it, in the order
-- of p_sources: the newest row, unless the old document's section is newer still.
-- Writes: nothing. Calls: hg__legacy_seen_instant, hg__legacy_seen_number, hg__legacy_seen_snake,
-- hg__legacy_seen_texts, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_analyses(p_sources jsonb[]) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_analyses$
DECLARE
    c_nothing CONSTANT jsonb := '{
        "analysis_date": null, "datetime_generated": null, "learning_patterns": {},
        "engagement_analysis": {}, "strengths": [], "weaknesses": [], "areas_for_improvement": [],
        "suggested_activities": [], "source": null, "model": null, "stale": false
    }';
BEGIN
    RETURN ARRAY(
        WITH sections AS MATERIALIZED (
            SELECT
                s.learner,
                CASE
                    WHEN jsonb_typeof(s.source #> '{document,ai_analytics}') = 'object'
                        THEN s.source #> '{document,ai_analytics}'
                    ELSE '{}'
                END AS section,
                s.source #> '{tables,ai_analytics}' AS items
            FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        ),

        newest AS MATERIALIZED (
            SELECT DISTINCT ON (d.learner) d.learner, d.item, d.made, d.analysed
            FROM (
                SELECT
                    s.learner,
                    r.item,
                    hg__legacy_seen_instant(r.item -> 'generated_at') AS made,
                    hg__legacy_seen_instant(r.item -> 'analysis_date') AS analysed
                FROM sections AS s
                CROSS JOIN LATERAL jsonb_array_elements(coalesce(s.items, '[]')) AS r (item)
            ) AS d
            ORDER BY
                d.learner, coalesce(d.made, d.analysed) DESC NULLS LAST,
                coalesce(trunc(hg__legacy_seen_number(d.item -> 'id')), 0) DESC, d.item -> 'id'
        ),

        -- The arrays of a row, by the key each is for; of two the first that is not empty.
        lists AS (
            SELECT l.learner, jsonb_object_agg(l.key, l.list) AS texts
            FROM (
                SELECT DISTINCT ON (n.learner, c.key) n.learner, c.key, e.list
                FROM newest AS n
                CROSS JOIN (
                    VALUES
                    ('strengths', 'strengths', 1), ('strengths', 'strength_concepts', 2),
                    ('weaknesses', 'weakness_concepts', 1),
                    ('areas_for_improvement', 'areas_for_improvement', 1),
                    ('suggested_activities', 'suggested_activities', 1),
                    ('suggested_activities', 'recommended_activities', 2)
                ) AS c (key, name, turn)
                CROSS JOIN LATERAL (
                    SELECT jsonb_agg(a.item ORDER BY a.place) AS list
                    FROM jsonb_array_elements(
                        CASE jsonb_typeof(n.item -> c.name)
                            WHEN 'array' THEN n.item -> c.name
                            ELSE '[]'
                        END
                    ) WITH ORDINALITY AS a (item, place)
                    WHERE a.item <> 'null'
                ) AS e
                WHERE e.list IS NOT NULL
                ORDER BY n.learner, c.key, c.turn
            ) AS l
            GROUP BY l.learner
        ),

        judged AS MATERIALIZED (
            SELECT
                s.learner,
                s.section,
                n.item,
                n.made,
                n.analysed,
                CASE WHEN s.section <> '{}' THEN hg__legacy_seen_texts(s.section) END AS texts,
                n.item IS NOT NULL
                AND coalesce(
                    hg__legacy_seen_instant(s.section -> 'datetime_generated'),
                    hg__legacy_seen_instant(s.section -> 'analysis_date'),
                    '-infinity'
                ) <= coalesce(n.made, n.analysed, '-infinity') AS of_row
            FROM sections AS s
            LEFT JOIN newest AS n ON s.learner = n.learner
        )

        SELECT CASE
            WHEN j.of_row
                THEN j.section || c_nothing || coalesce(l.texts, '{}') || jsonb_build_object(
                    'analysis_date', hg__instant_text(j.analysed),
                    'datetime_generated', hg__instant_text(j.made),
                    'learning_patterns', CASE jsonb_typeof(j.item -> 'learning_patterns')
                        WHEN 'object' THEN hg__legacy_seen_snake(j.item -> 'learning_patterns')
                        ELSE '{}'
                    END,
                    'engagement_analysis', CASE jsonb_typeof(j.item -> 'engagement_analysis')
                        WHEN 'object' THEN hg__legacy_seen_snake(j.item -> 'engagement_analysis')
                        ELSE '{}'
                    END,
                    'source', 'legacy',
                    'stale', true
                )
            -- A section that says nothing is none.
            WHEN NOT EXISTS (
                SELECT FROM jsonb_each(c_nothing - '{source,model,stale}'::text[]) AS e
                WHERE j.texts -> e.key <> e.value
            )
                THEN j.section || c_nothing
            ELSE j.texts
        END
        FROM judged AS j
        LEFT JOIN lists AS l ON j.learner = l.learner
        ORDER BY j.learner
    );
END
$hg__legacy_seen_analyses$;

REVOKE ALL ON FUNCTION hg__legacy_seen_analyses FROM public;
