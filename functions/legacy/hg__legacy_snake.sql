-- A camelCase key in snake_case: averageScore is average_score, userID user_id, parseHTMLPage
-- parse_html_page.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_snake(p_key text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN lower(
    regexp_replace(
        regexp_replace(p_key, '([A-Z]+)([A-Z][a-z])', '\1_\2', 'g'),
        '([a-z0-9])([A-Z])', '\1_\2', 'g'
    ) COLLATE "C"
);

REVOKE ALL ON FUNCTION hg__legacy_snake FROM public;
