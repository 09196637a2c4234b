-- A whole page, HTML that is well-formed XML too. It brings its style with it and may load or run
-- nothing: the policy names that style by its hash.
-- Writes: nothing. Calls: hg__html, hg__report_css. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_page(
    p_title text, p_class text, p_head text, p_main text, p_foot text
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_page$
DECLARE
    v_css text := hg__report_css();
BEGIN
    RETURN concat(
        E'<!DOCTYPE html>\n<html lang="en" xmlns="http://www.w3.org/1999/xhtml">\n<head>\n',
        E'<meta charset="utf-8"/>\n',
        '<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ',
        '''sha256-', encode(sha256(convert_to(v_css, 'UTF8')), 'base64'),
        E'''; base-uri ''none''; form-action ''none''"/>\n',
        E'<meta name="viewport" content="width=device-width, initial-scale=1"/>\n',
        E'<meta name="color-scheme" content="light dark"/>\n',
        E'<meta name="referrer" content="no-referrer"/>\n',
        E'<meta name="robots" content="noindex"/>\n',
        '<title>', hg__html(p_title), E'</title>\n<style>', v_css, E'</style>\n</head>\n',
        '<body class="', p_class, E'">\n<header>\n', p_head, E'\n</header>\n<main>\n', p_main,
        E'</main>\n<footer>\n', p_foot, E'\n</footer>\n</body>\n</html>\n'
    );
END
$hg__report_page$;

REVOKE ALL ON FUNCTION hg__report_page FROM public;
