-- Where a refresh has to begin in the ledger (ledger_id) so that nothing since the last one is
-- missed; NULL: it has to read everybody. A transaction that was running when the last refresh read
-- may have got its ledger_id long before: so it goes back to a refresh that began before any such
-- transaction did. p_ledger_id: the last one given out; NULL: there is no sequence, and so no order
-- to go by (a distributed installation).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_from(
    p_last hg_standings_marks, p_ledger_id bigint, p_settings hg_rules
) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__standings_from$
DECLARE
    c_few CONSTANT integer := 10000;
    v_before hg_rules;
    v_from bigint;
BEGIN
    SELECT r.* INTO v_before
    FROM hg_rules AS r
    WHERE r.rules_version = p_last.rules_version
    LIMIT 1;
    IF (
        p_settings.streak_weekdays, p_settings.pauses, p_settings.day_start_hour,
        p_settings.default_time_zone
    ) IS DISTINCT FROM (
        v_before.streak_weekdays, v_before.pauses, v_before.day_start_hour,
        v_before.default_time_zone
    )
        OR p_last.cut_over_at IS DISTINCT FROM (SELECT r.cut_over_at FROM hg_legacy_run AS r)
        -- Or the sequence was set back.
        OR (p_ledger_id >= p_last.ledger_id) IS NOT TRUE
    THEN
        RETURN NULL;
    END IF;

    SELECT m.ledger_id INTO v_from
    FROM hg_standings_marks AS m
    WHERE m.own_xid < p_last.oldest_xid
    ORDER BY m.ledger_id DESC
    LIMIT 1;
    -- Where nearly everybody was active, reading the table in its order is quicker.
    RETURN CASE WHEN p_ledger_id - v_from <= greatest(p_last.learners, c_few) THEN v_from END;
END
$hg__standings_from$;

REVOKE ALL ON FUNCTION hg__standings_from FROM public;
