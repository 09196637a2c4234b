-- LG404: there is no activity of that id.
-- Writes: nothing. Calls: nothing. Raises: LG404.
CREATE OR REPLACE FUNCTION hg__raise_unknown_activity(
    p_user_id text, p_activity_id uuid
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_unknown_activity$
BEGIN
    RAISE EXCEPTION 'unknown activity' USING
        ERRCODE = 'LG404',
        DETAIL = format('Learner %s has no activity with the id %s.', p_user_id, p_activity_id),
        HINT = 'Give the id that hg_record_activity was called with; spends and grants are not '
            'reversed but balanced by a grant or a spend.';
END
$hg__raise_unknown_activity$;

REVOKE ALL ON FUNCTION hg__raise_unknown_activity FROM public;
