-- A table: caption, heads of the columns, and its rows as made already; NULL without rows.
-- Writes: nothing. Calls: hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_table(
    p_class text, p_caption text, p_heads text[], p_rows text
) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_table$
BEGIN
    RETURN '<table role="table" class="' || p_class || '"><caption>' || hg__html(p_caption)
        || E'</caption>\n<thead role="rowgroup"><tr role="row">' || (
            SELECT string_agg(
                '<th scope="col" role="columnheader"><span>' || hg__html(h.head) || '</span></th>',
                '' ORDER BY h.place
            )
            FROM unnest(p_heads) WITH ORDINALITY AS h (head, place)
        ) || E'</tr></thead>\n<tbody role="rowgroup">\n' || p_rows || '</tbody></table>';
END
$hg__report_table$;

REVOKE ALL ON FUNCTION hg__report_table FROM public;
