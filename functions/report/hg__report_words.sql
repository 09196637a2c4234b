-- A text of an analysis as people read it: names of modules and figures with spaces.
-- Writes: nothing. Calls: hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_words(p_text text, p_most integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__html(regexp_replace(left(p_text, p_most), '([a-z0-9])_(?=[a-z0-9])', '\1 ', 'g'));

REVOKE ALL ON FUNCTION hg__report_words FROM public;
