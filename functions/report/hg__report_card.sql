-- A head figure with what it is and a word about it.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_card(
    p_term text, p_figure text, p_note text
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '<div><dt>' || p_term || '</dt><dd>' || p_figure || ' <span class="note">' || p_note
|| E'</span></dd></div>\n';

REVOKE ALL ON FUNCTION hg__report_card FROM public;
