-- A part of a page under its heading; NULL where there is nothing to show.
-- Writes: nothing. Calls: hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_section(
    p_id text, p_class text, p_title text, p_body text
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN E'<section class="' || p_class || '" aria-labelledby="' || p_id || E'">\n<h2 id="' || p_id
|| '">' || hg__html(p_title) || E'</h2>\n' || p_body || E'\n</section>\n';

REVOKE ALL ON FUNCTION hg__report_section FROM public;
