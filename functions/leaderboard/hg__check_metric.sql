-- Refuses what is no metric of the leaderboard.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_metric(p_metric text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_metric$
BEGIN
    IF (
        p_metric IN ('tokens', 'total_tokens_earned', 'streak_days', 'total_correct_answers')
    ) IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_metric', p_metric,
            'A metric is tokens, total_tokens_earned, streak_days or total_correct_answers.'
        );
    END IF;
END
$hg__check_metric$;

REVOKE ALL ON FUNCTION hg__check_metric FROM public;
