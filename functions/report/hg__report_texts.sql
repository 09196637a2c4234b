-- A list of texts under its heading, ten at most; NULL where there are none.
-- Writes: nothing. Calls: hg__report_words. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_texts(p_title text, p_texts jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_texts$
BEGIN
    RETURN '<h3>' || p_title || '</h3><ul>' || (
        SELECT string_agg(
            '<li>' || hg__report_words(t.item #>> '{}', 500) || '</li>', E'\n' ORDER BY t.place
        )
        FROM jsonb_array_elements(
            CASE jsonb_typeof(p_texts) WHEN 'array' THEN p_texts ELSE '[]' END
        ) WITH ORDINALITY AS t (item, place)
        WHERE btrim(t.item #>> '{}') <> '' AND t.place <= 10
    ) || '</ul>';
END
$hg__report_texts$;

REVOKE ALL ON FUNCTION hg__report_texts FROM public;
