-- Refuses the arguments of a reading that can be refused without looking at the learner.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_reading(
    p_user_id users.id%TYPE, p_at timestamptz
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_reading$
BEGIN
    IF p_user_id IS NULL THEN
        PERFORM hg__raise_argument('p_user_id', NULL, 'Give the learner''s users.id.');
    ELSIF (p_at >= '0001-01-01 00:00:00Z' AND p_at < '10000-01-01 00:00:00Z') IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_at', p_at::text,
            'Give an instant of the years 1 to 9999, or leave the argument out for now.'
        );
    END IF;
END
$hg__check_reading$;

REVOKE ALL ON FUNCTION hg__check_reading FROM public;
