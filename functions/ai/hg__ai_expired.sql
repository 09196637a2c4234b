-- The scopes of which a document holds an analysis that is to go: one of before the horizon (or of
-- no known day, where there is a horizon), and, without consent, one of OpenAI's. p_empty is the
-- section of a new learner.
-- Writes: nothing. Calls: hg__is_instant. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_expired(
    p_document jsonb, p_empty jsonb, p_horizon timestamptz, p_consents boolean
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_expired$
BEGIN
    RETURN ARRAY(
        SELECT s.scope
        FROM (
            SELECT 'global' AS scope, p_document -> 'ai_analytics' AS section
            UNION ALL
            SELECT 'cross_module', p_document #> '{cross_module_analytics,ai_analytics}'
            UNION ALL
            SELECT m.module, m.block -> 'ai_analytics'
            FROM jsonb_each(
                CASE jsonb_typeof(p_document -> 'modules')
                    WHEN 'object' THEN p_document -> 'modules' ELSE '{}'
                END
            ) AS m (module, block)
        ) AS s
        WHERE jsonb_typeof(s.section) = 'object' AND s.section <> p_empty AND (
            (NOT p_consents AND s.section ->> 'source' = 'openai')
            OR CASE
                WHEN hg__is_instant(s.section ->> 'datetime_generated')
                    THEN (s.section ->> 'datetime_generated')::timestamptz < p_horizon
                ELSE p_horizon IS NOT NULL
            END
        )
        ORDER BY s.scope COLLATE "C"
    );
END
$hg__ai_expired$;

REVOKE ALL ON FUNCTION hg__ai_expired FROM public;
