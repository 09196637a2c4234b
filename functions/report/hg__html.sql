-- A text as HTML and XML take it, between tags and in quoted attributes alike: all that people
-- wrote goes through here. Control characters, and those that turn the direction of what follows,
-- are left out.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__html(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__html$
DECLARE
    c_unwanted CONSTANT text := '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f'
        '\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]';
    v_text text := regexp_replace(p_text, c_unwanted, '', 'g');
BEGIN
    v_text := replace(replace(replace(v_text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
    RETURN replace(replace(v_text, '"', '&quot;'), '''', '&#39;');
END
$hg__html$;

REVOKE ALL ON FUNCTION hg__html FROM public;
