-- The first number a text says that it may not, as a problem; NULL: none. The names it may have are
-- taken out. Before a % it must be a percent; with a sign, of that sign. A fraction is refused, and
-- a number in words, but for "one", a pronoun too, "first", and "second", a time too.
-- Writes: nothing. Calls: hg__ai_check_quote. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_said(
    p_path text, p_text text, p_numbers numeric[], p_percents numeric[]
) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_said$
DECLARE
    c_words CONSTANT text := '\m(zero|twos?|threes?|fours?|fives?|six(es)?|sevens?|eights?|nines?'
        '|tens?|elevens?|twel(ve|ves|fth)|(thir|four|fif|six|seven|eigh|nine)teen(s|th)?'
        '|(twen|thir|for|fif|six|seven|eigh|nine)t(y|ies|ieth)|third|fourth|fifth|sixth|seventh'
        '|eighth|ninth|tenth|eleventh|(hundred|thousand|(m|b|tr)illion|dozen)(s|th)?|half'
        '|halved|quarter|twice|thrice|doubled|tripled?|tripling|quadrupled?|(two|three|ten)fold'
        '|couple)\M';
    c_number CONSTANT text := '(?:(?<![^ (])([-+\u2013\u2014]))?'
        '([A-Za-z.,\u00C0-\u00FF]*[0-9][A-Za-z0-9.,\u00C0-\u00FF]*)( ?(?:%|per ?cent))?';
    v_found text := coalesce(
        (regexp_match(p_text COLLATE "C", c_words, 'i'))[1],
        substring(p_text COLLATE "C" FROM '[0-9]+ ?/ ?[0-9]+')
    );
    v_said text[];
    v_digits text;
    v_number numeric;
    v_allowed numeric[];
BEGIN
    IF v_found IS NOT NULL THEN
        RETURN format(
            'number: %s has %s: neither words nor fractions', p_path, hg__ai_check_quote(v_found)
        );
    END IF;

    FOR v_said IN
        SELECT m.said FROM regexp_matches(p_text COLLATE "C", c_number, 'gi') AS m (said)
    LOOP
        v_digits := rtrim(v_said[2], '.,');
        IF v_digits !~ '^(([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+|st|nd|rd|th)?|\.[0-9]+)$' THEN
            RETURN format(
                'number: %s: %s is no plain number', p_path, hg__ai_check_quote(v_digits)
            );
        END IF;
        v_number := regexp_replace(v_digits, '[^0-9.]', '', 'g');
        v_allowed := CASE WHEN v_said[3] IS NULL THEN p_numbers ELSE p_percents END;
        IF (v_said[1] IS DISTINCT FROM '+' AND -v_number = ANY (v_allowed)
            OR (v_said[1] IS NULL OR v_said[1] = '+') AND v_number = ANY (v_allowed)
        ) IS NOT TRUE THEN
            RETURN format(
                'number: %s: %s is not in the input', p_path,
                hg__ai_check_quote(concat(v_said[1], v_digits, v_said[3]))
            );
        END IF;
    END LOOP;
    RETURN NULL;
END
$hg__ai_check_said$;

REVOKE ALL ON FUNCTION hg__ai_check_said FROM public;
