-- Gives a change its place in the history of a locked learner, and pins what its fold needs: the
-- rules in force, who asks, the clock, and the document, ready for the next step.
-- Writes: hg_ledger (a learner's first checkpoint). Calls: hg__raise_unknown_module,
-- hg__current_document. Raises: LG405, LG422.
CREATE OR REPLACE FUNCTION hg__place_entry(
    p_entry hg_ledger, p_stored jsonb,
    OUT o_entry hg_ledger, OUT o_document jsonb, OUT o_rules hg_rules
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__place_entry$
BEGIN
    o_entry := p_entry;
    -- Where the change is to no module any row will do: the settings are on all of them.
    SELECT r.* INTO o_rules
    FROM hg_installation AS i
    INNER JOIN hg_rules AS r ON r.rules_version = i.rules_version
    WHERE p_entry.module IS NULL OR (r.module = p_entry.module AND r.active)
    ORDER BY r.module
    LIMIT 1;
    IF NOT found THEN
        PERFORM hg__raise_unknown_module(p_entry.module);
    END IF;
    o_entry.rules_version := o_rules.rules_version;
    o_entry.recorded_by := session_user;
    o_entry.recorded_at := clock_timestamp();
    -- Who speaks last is heard last, whatever the clock says: a server's clock may step back.
    o_entry.occurred_at := coalesce((
        SELECT max(l.occurred_at) + interval '1 microsecond'
        FROM hg_ledger AS l
        WHERE l.user_id = p_entry.user_id AND l.occurred_at >= o_entry.recorded_at
        AND l.kind <> 'activity'
    ), o_entry.recorded_at);
    o_document := hg__current_document(
        p_entry.user_id, p_stored, o_entry.rules_version, o_entry.user_grade
    );
END
$hg__place_entry$;

REVOKE ALL ON FUNCTION hg__place_entry FROM public;
