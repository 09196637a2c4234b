-- Whether values, written as JSON with commas between them, are surely as they should be: null or
-- counts of up to nine digits; null, true or false; null or instants in UTC. What is not plain
-- goes through hg__legacy_mended.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plain(
    p_numbers text, p_flags text, p_instants text
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_numbers || ',|' || p_flags || ',|' || p_instants || ','
~ '^((null|[0-9]{1,9})?,)*\|((null|true|false)?,)*\|((null|"(19|20)[0-9]{2}-'
'((0[1-9]|1[0-2])-([01][1-9]|10|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)'
'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z?")?,)*$';

REVOKE ALL ON FUNCTION hg__legacy_plain FROM public;
