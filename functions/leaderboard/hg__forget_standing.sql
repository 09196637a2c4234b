-- What the leaderboard keeps of a learner goes, or of all (NULL). Rows that a refresh holds are
-- left to the next one, which looks for learners who are no more.
-- Writes: hg_standings, hg_standings_due, hg_standings_top, hg_standings_spread,
-- hg_standings_marks. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__forget_standing(p_user_id users.id%TYPE) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__forget_standing$
BEGIN
    IF p_user_id IS NULL THEN
        DELETE FROM hg_standings;
        DELETE FROM hg_standings_due;
        DELETE FROM hg_standings_top;
        DELETE FROM hg_standings_spread;
        DELETE FROM hg_standings_marks;
        RETURN;
    END IF;
    DELETE FROM hg_standings AS s
    USING (
        SELECT h.user_id FROM hg_standings AS h WHERE h.user_id = p_user_id FOR UPDATE SKIP LOCKED
    ) AS f
    WHERE s.user_id = f.user_id;
    DELETE FROM hg_standings_top AS t
    USING (
        SELECT h.metric, h.place
        FROM hg_standings_top AS h
        WHERE h.user_id = p_user_id
        FOR UPDATE SKIP LOCKED
    ) AS f
    WHERE t.metric = f.metric AND t.place = f.place;
    DELETE FROM hg_standings_due AS d
    USING (
        SELECT h.due_id
        FROM hg_standings_due AS h
        WHERE h.user_id = p_user_id
        FOR UPDATE SKIP LOCKED
    ) AS f
    WHERE d.due_id = f.due_id;
END
$hg__forget_standing$;

REVOKE ALL ON FUNCTION hg__forget_standing FROM public;
