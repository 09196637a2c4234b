-- A share as a figure of a page, of two places in the document; a dash where there is none.
-- Writes: nothing. Calls: hg__report_percent, hg__report_value. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_share(
    p_part_path text, p_whole_path text, p_part bigint, p_whole bigint
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__report_value(
    p_part_path || '/' || p_whole_path,
    hg__report_percent(p_part, p_whole)::text,
    coalesce(hg__report_percent(p_part, p_whole) || '%', '-')
);

REVOKE ALL ON FUNCTION hg__report_share FROM public;
