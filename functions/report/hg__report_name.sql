-- What a learner is called on a page: display_name, else username, where the application's users
-- has such columns and they say something; NULL: nothing is known.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_name(p_user jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN left(coalesce(
    nullif(btrim(p_user ->> 'display_name'), ''), nullif(btrim(p_user ->> 'username'), '')
), 80);

REVOKE ALL ON FUNCTION hg__report_name FROM public;
