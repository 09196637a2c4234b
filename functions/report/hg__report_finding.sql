-- A finding of an analysis under its heading: its summary, or, in what older applications left,
-- its first ten texts by name; NULL where there is nothing.
-- Writes: nothing. Calls: hg__report_words. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_finding(p_title text, p_finding jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_finding$
BEGIN
    RETURN '<h3>' || p_title || '</h3><p>' || coalesce(
        hg__report_words(nullif(btrim(p_finding ->> 'summary'), ''), 1000),
        (
            SELECT string_agg(
                hg__report_words(f.name || ': ' || f.text, 300), E'<br/>\n'
            )
            FROM (
                SELECT e.key AS name, e.value #>> '{}' AS text
                FROM jsonb_each(
                    CASE jsonb_typeof(p_finding) WHEN 'object' THEN p_finding ELSE '{}' END
                ) AS e
                WHERE jsonb_typeof(e.value) IN ('string', 'number')
                ORDER BY e.key COLLATE "C"
                LIMIT 10
            ) AS f
        )
    ) || '</p>';
END
$hg__report_finding$;

REVOKE ALL ON FUNCTION hg__report_finding FROM public;
