-- What a form of mastery still lacks, in words; empty: it holds.
-- o_answers: about how many answers away it is, to find the nearest of several ways; NULL: nobody
-- can say; infinite: no session would do.
-- Writes: nothing. Calls: hg__form_holds, hg__forms_missing, hg__correct_missing,
-- hg__good_sessions_missing, hg__types_done, hg__more. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__form_missing(
    p_form jsonb, p_rules hg_rules, p_block jsonb, p_user_grade smallint,
    OUT o_missing text[], OUT o_answers double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__form_missing$
DECLARE
    v_name text := (SELECT k.name FROM jsonb_object_keys(p_form) AS k (name));
    v_progress jsonb := p_block -> 'progress';
    v_a_session integer := coalesce(p_rules.full_questions, p_rules.min_questions);
    v_types text[];
    v_count bigint;
    v_missing text;
BEGIN
    IF hg__form_holds(p_form, p_rules, p_block, p_user_grade) THEN
        o_missing := '{}';
        o_answers := 0;
        RETURN;
    ELSIF v_name IN ('all', 'any') THEN
        SELECT f.o_missing, f.o_answers INTO o_missing, o_answers
        FROM hg__forms_missing(v_name, p_form -> v_name, p_rules, p_block, p_user_grade) AS f;
        RETURN;
    ELSIF v_name = 'accuracy' THEN
        v_count := hg__correct_missing(
            (v_progress ->> 'correct_answers')::numeric,
            (v_progress ->> 'total_questions_answered')::numeric,
            (p_form #>> '{accuracy,min_questions}')::integer,
            (p_form #>> '{accuracy,percent}')::integer
        );
        v_missing := hg__more(v_count, 'correct answer');
        o_answers := v_count;
    ELSIF v_name = 'list_complete' THEN
        v_types := hg__types_done(
            p_rules, ARRAY(SELECT jsonb_array_elements_text(v_progress -> 'types_complete')),
            p_user_grade
        );
        v_types := ARRAY(
            SELECT t.name
            FROM unnest(p_rules.fact_types) WITH ORDINALITY AS t (name, place)
            WHERE t.name <> ALL (v_types)
            ORDER BY t.place
        );
        v_missing := hg__more(cardinality(v_types), 'fact type') || ': '
            || array_to_string(v_types, ', ');
        o_answers := cardinality(v_types) * v_a_session;
    ELSIF v_name = 'score' THEN
        v_missing := format(
            'a full session with a score of %s or more', p_form #>> '{score,percent}'
        );
        o_answers := v_a_session;
    ELSIF v_name = 'jsonpath' THEN
        v_missing := 'what the rule asks for: ' || (p_form #>> '{jsonpath,expr}');
    ELSE
        v_count := hg__good_sessions_missing(p_form, p_rules, p_block, p_user_grade);
        v_missing := hg__more(v_count, 'good session')
            || CASE v_name WHEN 'm_of_n' THEN '' ELSE ' in a row' END;
        o_answers := v_count * v_a_session;
    END IF;

    IF v_missing IS NULL THEN
        v_missing := v_name || ' cannot be reached by this module''s counters';
        o_answers := 'infinity';
    END IF;
    o_missing := ARRAY[v_missing];
END
$hg__form_missing$;

REVOKE ALL ON FUNCTION hg__form_missing FROM public;
