-- Sets a learner's time zone; it is in force from the next local day on.
-- Writes: hg_ledger, users. Calls: hg__check_present, hg__time_zone_problem, hg__raise_argument,
-- hg__open_entry, hg__zone_change_instant, hg__close_entry, hg__instant_text. Raises: 22023,
-- 55000, LG404, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_set_time_zone(
    p_user_id users.id%TYPE,
    p_time_zone text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_set_time_zone$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_open record;
    v_problem text;
    v_zone text := nullif(p_time_zone, 'default');
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    v_problem := CASE
        WHEN p_time_zone IS NULL THEN 'Give a zone, or ''default'' for the installation''s.'
        WHEN v_zone IS NOT NULL THEN hg__time_zone_problem(p_time_zone)
    END;
    IF v_problem IS NOT NULL THEN
        PERFORM hg__raise_argument('p_time_zone', p_time_zone, v_problem);
    END IF;
    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'time_zone';
    v_open := hg__open_entry(v_entry);
    v_entry := v_open.o_entry;
    v_entry.details := jsonb_build_object(
        'time_zone', v_zone,
        'from', hg__instant_text(hg__zone_change_instant(
            v_open.o_document -> 'global_stats', v_zone, v_entry.recorded_at, v_open.o_rules
        ))
    );
    RETURN hg__close_entry(v_entry, v_open.o_document, v_open.o_rules);
END
$hg_set_time_zone$;

REVOKE ALL ON FUNCTION hg_set_time_zone FROM public;
GRANT EXECUTE ON FUNCTION hg_set_time_zone TO hg_app;

COMMENT ON FUNCTION hg_set_time_zone IS
$$Sets a learner's time zone. It applies to activities at or after the start of the later of the two
zones' next local days, so that no date is lived twice (a move east over the date line leaves one
out); at once for a learner without an activity. A second change replaces one that waits.

Arguments: p_time_zone a name of pg_timezone_names, exact case, with a slash and not of posix/,
right/ or Etc/, or UTC; default returns to the installation's.
Receipt: id, replayed, kind, tokens, total_tokens_earned, time_zone, time_zone_next,
time_zone_next_from.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG422 malformed document. After an error nothing has changed.

Example: SELECT hg_set_time_zone(1, 'Europe/Berlin');

Rules: docs/rules.md$$;
