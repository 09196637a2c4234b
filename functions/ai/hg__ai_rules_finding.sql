-- A summary with the figures it rests on, which are named by their paths in the input; those that
-- are not known are left out.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_finding(
    p_input jsonb, p_summary text, p_names text[]
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_finding$
BEGIN
    RETURN jsonb_build_object('summary', p_summary, 'figures', (
        SELECT coalesce(
            jsonb_object_agg(f.name, f.figure) FILTER (WHERE jsonb_typeof(f.figure) = 'number'),
            '{}'
        )
        FROM (
            SELECT n.name, p_input #> string_to_array(n.name, '.') AS figure
            FROM unnest(p_names) AS n (name)
        ) AS f
    ));
END
$hg__ai_rules_finding$;

REVOKE ALL ON FUNCTION hg__ai_rules_finding FROM public;
