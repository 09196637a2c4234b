-- A module's name for people: Math rush addition.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_label(p_module text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN upper(left(p_module, 1)) || replace(substr(p_module, 2), '_', ' ');

REVOKE ALL ON FUNCTION hg__report_label FROM public;
