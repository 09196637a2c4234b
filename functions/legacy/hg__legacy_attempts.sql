-- The object that attempt_good and attempt_bad are taken from, of the two places that may have
-- them; the one asked first counts if it has either. In progressions the pair good_attempt and
-- bad_attempt, wherever it stands, is the one that the application counted.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_attempts(
    p_first jsonb, p_second jsonb, p_progression boolean
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN
        p_progression
        AND coalesce(p_first ->> 'good_attempt', p_first ->> 'bad_attempt') IS NOT NULL
        THEN jsonb_build_object(
            'attempt_good', p_first -> 'good_attempt', 'attempt_bad', p_first -> 'bad_attempt'
        )
    WHEN
        p_progression
        AND coalesce(p_second ->> 'good_attempt', p_second ->> 'bad_attempt') IS NOT NULL
        THEN jsonb_build_object(
            'attempt_good', p_second -> 'good_attempt', 'attempt_bad', p_second -> 'bad_attempt'
        )
    WHEN coalesce(p_first ->> 'attempt_good', p_first ->> 'attempt_bad') IS NOT NULL
        THEN p_first
    ELSE p_second
END;

REVOKE ALL ON FUNCTION hg__legacy_attempts FROM public;
