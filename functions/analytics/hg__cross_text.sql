-- The keys of the cross-module section that follow from the counters, as the text of one JSON
-- object: the three of hg__cross_derived and, with p_with_lift, the kept pairs, each with its lift:
-- the accuracy in b after a, less the accuracy in b over all; null where either has no questions.
-- Ratios as hg__ratio makes them, in integers where these suffice. Text that is parsed once takes
-- half the time of objects that are put together; OFFSET 0 keeps what was read out of the document
-- from being read again each time it is named. Ratios are printed: hence extra_float_digits.
-- Writes: nothing. Calls: hg__ratio, hg__way_on. Raises: nothing for a well-formed document.
CREATE OR REPLACE FUNCTION hg__cross_text(
    p_modules jsonb, p_pairs jsonb, p_with_lift boolean
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET extra_float_digits TO '1'
AS $hg__cross_text$
DECLARE
    c_safe CONSTANT integer := 2000000;  -- the product of two, times 20,000, is a bigint
    v_concepts text;
    v_sequence text[];
    v_rates text;
    v_lifts text;
    v_pairs text[];
BEGIN
    WITH played AS MATERIALIZED (
        SELECT
            m.module,
            (m.progress -> 'sessions_completed')::integer AS sessions,
            (m.progress -> 'correct_answers')::bigint AS correct,
            (m.progress -> 'total_questions_answered')::bigint AS questions,
            (m.progress -> 'mastery_level')::boolean AS mastered,
            m.progress ->> 'concepts' AS concepts
        FROM (
            SELECT k.module, p_modules -> k.module -> 'progress' AS progress
            FROM (SELECT jsonb_object_keys(p_modules) AS module) AS k
            OFFSET 0
        ) AS m
        -- Only blocks of ours: see hg__is_block.
        WHERE CASE
            WHEN m.progress ? 'recent_results'
                THEN (m.progress -> 'sessions_completed')::integer > 0
        END
    )

    SELECT
        (
            SELECT string_agg(
                to_json(c.concept)::text || ': {"accuracy": ' || coalesce((
                    (c.correct * 20000 + c.questions) / nullif(2 * c.questions, 0) / 10000::float8
                )::text, 'null') || ', "mastered": ' || c.mastered || '}', ', '
            )
            FROM (
                SELECT
                    t.concept,
                    sum(t.correct)::bigint AS correct,
                    sum(t.questions)::bigint AS questions,
                    bool_and(t.mastered) AS mastered
                FROM (
                    SELECT
                        btrim(unnest(string_to_array(p.concepts, ','))) AS concept,
                        p.correct,
                        p.questions,
                        p.mastered
                    FROM played AS p
                ) AS t
                WHERE t.concept <> ''
                GROUP BY t.concept
            ) AS c
        ),
        ARRAY(
            SELECT p.module FROM played AS p ORDER BY p.sessions DESC, p.module COLLATE "C" LIMIT 1
        )
    INTO v_concepts, v_sequence;

    IF p_pairs <> '{}' THEN
        SELECT
            string_agg(f.name || ': ' || coalesce((
                (f.good * 20000 + f.times) / nullif(2 * f.times, 0) / 10000::float8
            )::text, 'null'), ', '),
            string_agg(
                f.name || ': ' || left(f.counts::text, -1) || ', "lift": '
                || coalesce(CASE WHEN greatest(f.questions, f.all_questions) < c_safe
                    THEN ((
                        f.part * 20000 + CASE WHEN f.part < 0 THEN -f.whole ELSE f.whole END
                    ) / nullif(2 * f.whole, 0) / 10000::float8)::text
                    ELSE hg__ratio(
                        f.correct::numeric * f.all_questions - f.all_correct * f.questions,
                        f.questions::numeric * f.all_questions
                    )::text
                END, 'null') || '}', ', '
            ),
            array_agg(f.pair ORDER BY f.times DESC, f.pair COLLATE "C")
        INTO v_rates, v_lifts, v_pairs
        FROM (
            SELECT
                c.*,
                c.correct * c.all_questions - c.all_correct * c.questions AS part,
                c.questions * c.all_questions AS whole
            FROM (
                SELECT
                    b.pair,
                    b.counts,
                    to_json(b.pair)::text AS name,
                    (b.counts -> 'good')::bigint AS good,
                    (b.counts -> 'count')::bigint AS times,
                    (b.counts -> 'correct')::bigint AS correct,
                    (b.counts -> 'questions')::bigint AS questions,
                    (b.progress -> 'correct_answers')::bigint AS all_correct,
                    (b.progress -> 'total_questions_answered')::bigint AS all_questions
                FROM (
                    SELECT
                        k.pair,
                        p_pairs -> k.pair AS counts,
                        p_modules -> split_part(k.pair, '>', 2) -> 'progress' AS progress
                    FROM (SELECT jsonb_object_keys(p_pairs) AS pair) AS k
                    OFFSET 0
                ) AS b
                OFFSET 0
            ) AS c
            OFFSET 0
        ) AS f;
        v_sequence := hg__way_on(v_sequence, v_pairs);
    END IF;

    RETURN '{"module_transition_success_rate": {' || coalesce(v_rates, '')
        || '}, "preferred_learning_sequence": ' || to_json(v_sequence)::text
        || ', "cross_concept_mastery": {' || coalesce(v_concepts, '')
        || CASE WHEN p_with_lift
            THEN '}, "learning_patterns_between_modules": {' || coalesce(v_lifts, '')
            ELSE '' END
        || '}}';
END
$hg__cross_text$;

REVOKE ALL ON FUNCTION hg__cross_text FROM public;
