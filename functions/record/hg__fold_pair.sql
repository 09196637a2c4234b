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
    c_max CONSTANT bigint := 2147483647;
    c_kept CONSTANT integer := 8;
    v_counts jsonb := p_pairs -> p_pair;
    v_weakest text;
BEGIN
    IF v_counts IS NULL THEN
        -- The last of eight and more.
        SELECT p.pair INTO v_weakest
        FROM jsonb_each(p_pairs) AS p (pair, counts)
        ORDER BY (p.counts ->> 'count')::integer DESC, p.pair COLLATE "C"
        OFFSET c_kept - 1;
        RETURN coalesce(p_pairs - v_weakest, p_pairs) || jsonb_build_object(
            p_pair, (1, coalesce(p_good, false)::integer, p_questions, p_correct)::hg_pair
        );
    END IF;
    RETURN p_pairs || jsonb_build_object(p_pair, v_counts || to_jsonb((
        least(coalesce((v_counts ->> 'count')::bigint, 0) + 1, c_max),
        least(coalesce((v_counts ->> 'good')::bigint, 0) + coalesce(p_good, false)::integer, c_max),
        least(coalesce((v_counts ->> 'questions')::bigint, 0) + p_questions, c_max),
        least(coalesce((v_counts ->> 'correct')::bigint, 0) + p_correct, c_max)
    )::hg_pair));
END
$hg__fold_pair$;

REVOKE ALL ON FUNCTION hg__fold_pair FROM public;
