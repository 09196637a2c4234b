-- What of a text is not plain, the names it may have taken out, as a problem; NULL: nothing. Texts
-- are English: Latin letters, digits and plain punctuation, in one line, without a link.
-- Writes: nothing. Calls: hg__ai_check_quote. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_plain(p_path text, p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_plain$
DECLARE
    c_odd CONSTANT text := '[^ A-Za-z0-9.,;:!?''"()%/&+'
        '\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF'
        '\u2018\u2019\u201C\u201D\u2013\u2014\u2026-]';
    -- A name of a host, a scheme, an entity, the beginning of an entry of a list, a line.
    c_marks CONSTANT text := '([A-Za-z0-9]\.[A-Za-z]{2}|[A-Za-z]:[^ ]|//|&[A-Za-z0-9]+;'
        '|^ *([-+\u2013\u2014]|[0-9]+[.)]) |--|\+\+)';
    v_found text;
BEGIN
    v_found := substring(p_text COLLATE "C" FROM '[A-Za-z0-9]*_[A-Za-z0-9_]*');
    IF v_found IS NOT NULL THEN
        RETURN format(
            'name: %s: %s is no module and no concept of the input',
            p_path, hg__ai_check_quote(v_found)
        );
    END IF;
    v_found := substring(p_text COLLATE "C" FROM c_odd);
    IF v_found IS NOT NULL THEN
        RETURN format('text: %s has the character U+%s', p_path, lpad(
            upper(to_hex(ascii(v_found))), 4, '0'
        ));
    END IF;
    v_found := substring(p_text COLLATE "C" FROM c_marks);
    IF v_found IS NOT NULL THEN
        RETURN format(
            'text: %s has %s, of a link, a list or markup', p_path, hg__ai_check_quote(v_found)
        );
    END IF;
    RETURN NULL;
END
$hg__ai_check_plain$;

REVOKE ALL ON FUNCTION hg__ai_check_plain FROM public;
