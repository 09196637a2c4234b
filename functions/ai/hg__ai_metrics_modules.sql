-- The tried modules that an analysis is told of: the twenty with the most sessions, ties by name.
-- p_without: keys of their figures that are left out.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_metrics_modules(
    p_tried jsonb, p_without text[]
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_modules$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(m.module, m.figures - p_without)
        FROM (
            SELECT t.module, t.figures
            FROM jsonb_each(p_tried) AS t (module, figures)
            ORDER BY (t.figures ->> 'sessions')::integer DESC, t.module COLLATE "C"
            LIMIT 20
        ) AS m
    );
END
$hg__ai_metrics_modules$;

REVOKE ALL ON FUNCTION hg__ai_metrics_modules FROM public;
