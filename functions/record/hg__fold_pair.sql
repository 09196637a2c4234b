-- Counts a session in the pair of modules it belongs to. Of eight kept pairs the one with the
-- smallest count (ties: the last in the alphabet) leaves when a ninth arrives.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_pair(
    p_pairs jsonb, p_pair text, p_good boolean, p_questions integer, p_correct integer
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_pair$
DECLARE
    v_counts jsonb := p_pairs -> p_pair;
    v_pairs jsonb := p_pairs;
BEGIN
    IF v_counts IS NULL AND (SELECT count(*) FROM jsonb_object_keys(p_pairs)) >= 8 THEN
        v_pairs := p_pairs - (
            SELECT p.pair
            FROM jsonb_each(p_pairs) AS p (pair, counts)
            ORDER BY (p.counts ->> 'count')::integer, p.pair COLLATE "C" DESC
            LIMIT 1
        );
    END IF;
    RETURN v_pairs || jsonb_build_object(p_pair, coalesce(v_counts, '{}') || jsonb_build_object(
        'count', least(coalesce((v_counts ->> 'count')::bigint, 0) + 1, 2147483647),
        'good', least(
            coalesce((v_counts ->> 'good')::bigint, 0) + coalesce(p_good, false)::integer,
            2147483647
        ),
        'questions', least(
            coalesce((v_counts ->> 'questions')::bigint, 0) + p_questions, 2147483647
        ),
        'correct', least(coalesce((v_counts ->> 'correct')::bigint, 0) + p_correct, 2147483647)
    ));
END
$hg__fold_pair$;

REVOKE ALL ON FUNCTION hg__fold_pair FROM public;
