-- Whether a text is an instant as documents hold it, YYYY-MM-DDTHH:MM:SSZ. Never raises.
-- Writes: nothing. Calls: hg__is_day. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__is_instant(p_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__is_day(left(p_text, 10))
AND substr(p_text, 11) ~ '^T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$';

REVOKE ALL ON FUNCTION hg__is_instant FROM public;
