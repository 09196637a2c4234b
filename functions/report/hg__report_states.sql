-- How a day of the streak's calendar is marked, and what that means.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_states() RETURNS TABLE (
    o_place integer, o_state text, o_mark text, o_meaning text
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_states$
BEGIN
    -- Marks that every common font has.
    RETURN QUERY
    VALUES
        (1, 'active', '&#9679;', 'practised'),
        (2, 'frozen', '&#9674;', 'covered by a freeze'),
        (3, 'missed', '&#215;', 'missed'),
        (4, 'paused', '=', 'paused'),
        (5, 'unscheduled', '&#8211;', 'no school day'),
        (6, 'open', '&#9675;', 'today, still open'),
        (7, 'before', '&#183;', 'before the start');
END
$hg__report_states$;

REVOKE ALL ON FUNCTION hg__report_states FROM public;
