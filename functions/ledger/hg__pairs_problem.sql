-- What is wrong with the pairs of modules kept in a document, as 'path: problem'; NULL: nothing.
-- Writes: nothing. Calls: hg__section_problem, hg__more_correct. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__pairs_problem(p_pairs jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__pairs_problem$
DECLARE
    v_path text := 'cross_module_analytics.learning_patterns_between_modules';
    v_problem text;
BEGIN
    IF (SELECT count(*) > 8 FROM jsonb_object_keys(p_pairs) AS k) THEN
        RETURN v_path || ': must hold at most 8 pairs';
    END IF;

    SELECT w.problem
    INTO v_problem
    FROM jsonb_each(p_pairs) AS p (pair, figures)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN p.pair !~ '^[^>]+>[^>]+$'
                THEN format('%s.%s: must be named after two modules, "a>b"', v_path, p.pair)
            ELSE coalesce(
                hg__section_problem('pair', v_path || '.' || p.pair, p.figures),
                hg__more_correct(v_path || '.' || p.pair, p.figures, 'correct', 'questions')
            )
        END
    ) AS w (problem)
    WHERE w.problem IS NOT NULL
    LIMIT 1;

    RETURN v_problem;
END
$hg__pairs_problem$;

REVOKE ALL ON FUNCTION hg__pairs_problem FROM public;
