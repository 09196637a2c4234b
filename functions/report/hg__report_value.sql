-- A figure of a page: its text for people, value and place in the document for programs.
-- Writes: nothing. Calls: hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_value(
    p_path text, p_value text, p_shown text
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '<data value="' || coalesce(hg__html(p_value), '') || '" data-path="' || hg__html(p_path)
|| '">' || hg__html(p_shown) || '</data>';

REVOKE ALL ON FUNCTION hg__report_value FROM public;
