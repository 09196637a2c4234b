-- The sums of the counters of modules that the catalog does not know, as they are, both places
-- together: sessions, questions, correct answers, tokens, seconds.
-- Writes: nothing. Calls: hg__object, hg__legacy_count. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_unknown_sums(p_unknown jsonb) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_unknown_sums$
BEGIN
    IF p_unknown = '{}' THEN
        RETURN '{0,0,0,0,0}';
    END IF;
    RETURN (
        SELECT ARRAY[
            sum(hg__legacy_count(p.place -> 'sessions_completed')),
            sum(hg__legacy_count(p.place -> 'total_questions_answered')),
            sum(hg__legacy_count(p.place -> 'correct_answers')),
            sum(hg__legacy_count(p.place -> 'tokens_earned')),
            sum(hg__legacy_count(p.place -> 'time_spent_total'))
        ]
        FROM jsonb_each(p_unknown) AS u
        CROSS JOIN LATERAL (
            VALUES
            (hg__object(u.value) - 'time_spent_total'), (hg__object(u.value) -> 'progress')
        ) AS p (place)
    );
END
$hg__legacy_unknown_sums$;

REVOKE ALL ON FUNCTION hg__legacy_unknown_sums FROM public;
