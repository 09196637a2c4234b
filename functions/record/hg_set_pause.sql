-- Pauses the streak for days to come: for one learner, a ledger row; for all, a version of the
-- rules.
-- Writes: hg_ledger, users; for all: as hg__publish_rules. Calls: hg__require_live,
-- hg__check_pause, hg__open_entry, hg__document_day, hg__close_entry, hg__publish_rules. Raises:
-- 22023, 55000, LG404, LG422.
-- SECURITY DEFINER: applications may execute this but not write the ledger or the rules.
CREATE OR REPLACE FUNCTION hg_set_pause(
    p_from date, p_to date, p_user_id users.id%TYPE DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_set_pause$
DECLARE
    v_days jsonb := jsonb_build_object('from', p_from, 'to', p_to);
    v_entry hg_ledger%ROWTYPE;
    v_open record;
    v_rules hg_rules%ROWTYPE;
    v_version integer;
BEGIN
    PERFORM hg__require_live();
    -- What is past in every zone, whatever hour its days start, needs no look at the learner.
    PERFORM hg__check_pause(
        p_from, p_to, (clock_timestamp() AT TIME ZONE 'UTC' - interval '24 hours')::date
    );

    IF p_user_id IS NULL THEN
        PERFORM FROM hg_installation AS i FOR UPDATE;
        SELECT r.* INTO v_rules
        FROM hg_installation AS i
        INNER JOIN hg_rules AS r ON r.rules_version = i.rules_version
        LIMIT 1;
        PERFORM hg__check_pause(p_from, p_to, hg__document_day('{}', clock_timestamp(), v_rules));
        -- What records it is the version, so that is its id.
        v_version := hg__publish_rules(jsonb_build_object('pause', v_days));
        RETURN v_days || jsonb_build_object(
            'id', v_version, 'replayed', false, 'kind', 'pause', 'version', v_version
        );
    END IF;

    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'pause';
    v_entry.details := v_days;
    v_open := hg__open_entry(v_entry);
    PERFORM hg__check_pause(p_from, p_to, hg__document_day(
        v_open.o_document -> 'global_stats', (v_open.o_entry).recorded_at, v_open.o_rules
    ));
    RETURN hg__close_entry(v_open.o_entry, v_open.o_document, v_open.o_rules);
END
$hg_set_pause$;

REVOKE ALL ON FUNCTION hg_set_pause FROM public;
GRANT EXECUTE ON FUNCTION hg_set_pause TO hg_app;

COMMENT ON FUNCTION hg_set_pause IS
$$Pauses the streak: a paused day without an activity breaks no streak and takes no freeze. Pauses
add up and are not taken back.

Arguments: p_from, p_to the first and the last day, both paused, p_from today or later by the
learner's local day (for all: by the default time zone); p_user_id the learner, NULL for all.
Receipt: id, replayed, kind, tokens, total_tokens_earned, from, to; for all: id, replayed, kind,
from, to, version.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG422 malformed document. After an error nothing has changed.

Example: SELECT hg_set_pause('2027-07-01', '2027-08-15');

Rules: docs/rules.md$$;
