-- A cell of a table. Where the page is too narrow for columns the label stands before it; the role
-- stays whatever the style makes of it.
-- Writes: nothing. Calls: hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_cell(
    p_label text, p_html text, p_class text DEFAULT ''
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '<td role="cell" class="' || p_class || '" data-label="' || hg__html(p_label) || '">'
|| p_html || '</td>';

REVOKE ALL ON FUNCTION hg__report_cell FROM public;
