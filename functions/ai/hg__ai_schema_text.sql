-- A text of at most so many characters, in a schema. Models count words better than characters, and
-- go over: they are asked for less than is taken.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_schema_text(p_longest integer, p_about text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_schema_text$
BEGIN
    RETURN jsonb_build_object('type', 'string', 'description', format(
        '%sPlain text, at most %s words. Numbers in digits, only those of the input.',
        p_about, p_longest / 10
    ));
END
$hg__ai_schema_text$;

REVOKE ALL ON FUNCTION hg__ai_schema_text FROM public;
