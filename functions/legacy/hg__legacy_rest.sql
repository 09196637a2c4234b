-- What a procedure of the move does after each step's COMMIT: it says how far it is, in a NOTICE
-- every few seconds or for another reason to wait, and waits as long as the step's answer asks.
-- p_told is what it returned after the step before, NULL after the first.
-- Writes: nothing. Calls: nothing. Raises: 55P03.
CREATE OR REPLACE FUNCTION hg__legacy_rest(p_answer jsonb, p_told jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_rest$
DECLARE
    c_every_seconds CONSTANT numeric := 5;
    c_patience_seconds CONSTANT numeric := 300;
    v_now numeric := extract(EPOCH FROM clock_timestamp());
    v_told jsonb := coalesce(p_told, jsonb_build_object('at', v_now));
    v_kind text := CASE WHEN p_answer ->> 'reason' IS NOT NULL THEN p_answer ->> 'step' END;
    v_locked_since numeric := coalesce((v_told ->> 'locked_since')::numeric, v_now);
BEGIN
    IF p_answer ->> 'step' <> 'locked' THEN
        v_locked_since := NULL;
    ELSIF v_now - v_locked_since > c_patience_seconds THEN
        RAISE EXCEPTION 'other sessions hold the locks that are needed' USING
            ERRCODE = 'lock_not_available',
            DETAIL = format('It was tried for %s seconds.', c_patience_seconds),
            HINT = 'What is done stays: end the transactions in pg_stat_activity that are open '
            'longest, and call it again.';
    END IF;

    IF v_kind IS NOT NULL AND v_kind IS DISTINCT FROM v_told ->> 'kind' THEN
        RAISE NOTICE '%: %', p_answer ->> 'step', p_answer ->> 'reason';
    ELSIF NOT (p_answer ->> 'more')::boolean
        OR (
            v_now - (v_told ->> 'at')::numeric >= c_every_seconds
            AND p_answer ->> 'step' <> 'paused'
        )
    THEN
        RAISE NOTICE '%', concat_ws(
            ', ', p_answer ->> 'step', p_answer ->> 'done' || ' of about '
            || (p_answer ->> 'total') || ' learners',
            nullif(p_answer ->> 'quarantined', '0') || ' in quarantine',
            nullif(p_answer ->> 'dirty', '0') || ' changes to be built',
            p_answer ->> 'reason'
        );
        v_told := v_told || jsonb_build_object('at', v_now);
    END IF;
    PERFORM pg_sleep(coalesce((p_answer ->> 'wait_ms')::numeric, 0) / 1000);
    RETURN v_told || jsonb_build_object('kind', v_kind, 'locked_since', v_locked_since);
END
$hg__legacy_rest$;

REVOKE ALL ON FUNCTION hg__legacy_rest FROM public;
