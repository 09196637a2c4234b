-- What an answer may hold at most: figures a section, entries a list, characters a summary and any
-- other text. A module's are the smaller ones: a document has many modules and 64 kB for them all.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_bounds(
    p_scope text, OUT o_figures integer, OUT o_entries integer, OUT o_summary integer,
    OUT o_text integer
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_bounds$
BEGIN
    o_text := 160;
    IF p_scope IN ('global', 'cross_module') THEN
        o_figures := 10;
        o_entries := 5;
        o_summary := 400;
    ELSE
        o_figures := 6;
        o_entries := 3;
        o_summary := 240;
    END IF;
END
$hg__ai_check_bounds$;

REVOKE ALL ON FUNCTION hg__ai_check_bounds FROM public;
