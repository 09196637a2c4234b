-- What two inputs are compared by: SHA-256 of the text that jsonb gives, hex.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_digest(p_input jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN encode(sha256(convert_to(p_input::text, 'UTF8')), 'hex');

REVOKE ALL ON FUNCTION hg__ai_digest FROM public;
