-- What becomes of a section of AI texts that stands in an older document, as verify reads it: its
-- eleven keys, and those that are not ours as they are.
-- Writes: nothing. Calls: hg__legacy_seen_instant, hg__legacy_seen_snake, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_texts(p_section jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_texts$
BEGIN
    RETURN p_section || (
        SELECT jsonb_object_agg(
            k.key,
            CASE k.kind
                WHEN 'object' THEN CASE
                    WHEN jsonb_typeof(v.value) = 'object' THEN hg__legacy_seen_snake(v.value)
                    ELSE '{}'
                END
                WHEN 'array' THEN CASE
                    WHEN jsonb_typeof(v.value) = 'array' THEN v.value
                    ELSE '[]'
                END
                WHEN 'instant'
                    THEN to_jsonb(hg__instant_text(hg__legacy_seen_instant(v.value)))
                WHEN 'source' THEN CASE
                    WHEN v.value IN ('"openai"', '"rules"') THEN v.value
                    ELSE '"legacy"'
                END
                WHEN 'string' THEN CASE WHEN jsonb_typeof(v.value) = 'string' THEN v.value END
                -- What is no plain no counts as stale.
                ELSE to_jsonb(
                    jsonb_typeof(v.value) NOT IN ('boolean', 'string')
                    OR (v.value #>> '{}') !~* '^ *false *$'
                )
            END
        )
        FROM (
            VALUES
            ('analysis_date', 'instant'), ('datetime_generated', 'instant'),
            ('learning_patterns', 'object'), ('engagement_analysis', 'object'),
            ('strengths', 'array'), ('areas_for_improvement', 'array'),
            ('suggested_activities', 'array'), ('weaknesses', 'array'),
            ('source', 'source'), ('model', 'string'), ('stale', 'stale')
        ) AS k (key, kind)
        CROSS JOIN LATERAL (SELECT coalesce(p_section -> k.key, 'null') AS value) AS v
    );
END
$hg__legacy_seen_texts$;

REVOKE ALL ON FUNCTION hg__legacy_seen_texts FROM public;
