-- LG404 for a learner.
-- Writes: nothing. Calls: nothing. Raises: LG404.
CREATE OR REPLACE FUNCTION hg__raise_unknown_learner(p_user_id text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_unknown_learner$
BEGIN
    RAISE EXCEPTION 'unknown learner' USING
        ERRCODE = 'LG404',
        DETAIL = format('There is no row in users with id %s.', p_user_id),
        HINT = 'Insert the learner into users first; the document comes with the row.';
END
$hg__raise_unknown_learner$;

REVOKE ALL ON FUNCTION hg__raise_unknown_learner FROM public;
