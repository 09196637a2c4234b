-- One step of letting go of what is behind the cutover, a transaction of its own.
-- Writes: hg_legacy_archive, hg_legacy_run, hg_installation (and users' columns). Calls:
-- hg__legacy_refuse, hg__legacy_require_unused, hg__legacy_set_aside_tables, hg__legacy_view_base,
-- hg__legacy_archive_rest, hg__legacy_drop_aside, hg__legacy_drop_index,
-- hg__legacy_drop_columns. Raises: 55000, 55P03, 2BP01.
CREATE OR REPLACE FUNCTION hg_legacy_finalize_step(p_columns boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_finalize_step$
DECLARE
    v_run hg_legacy_run;
    v_state text;
    -- One that was no source, or was made after the cutover, is not ours to drop.
    v_table text := (
        SELECT t.name
        FROM unnest(hg__legacy_set_aside_tables()) AS t (name)
        WHERE hg__legacy_view_base(t.name) IS NOT NULL
        ORDER BY t.name
        LIMIT 1
    );
    v_index text;
BEGIN
    SELECT r.* INTO v_run FROM hg_legacy_run AS r FOR UPDATE;
    SELECT i.state INTO v_state FROM hg_installation AS i;
    IF (v_state IN ('cut_over', 'finalized')) IS NOT TRUE OR v_run.rolling_back THEN
        PERFORM hg__legacy_refuse(
            CASE
                WHEN v_run.rolling_back THEN 'A rollback has begun and not finished.'
                ELSE format('The state of the installation is %s.', coalesce(v_state, 'unknown'))
            END,
            'To finalize is for after the cutover.'
        );
    ELSIF v_state = 'cut_over' AND NOT v_run.finalizing THEN
        PERFORM hg__legacy_require_unused();
        UPDATE hg_legacy_run AS r SET finalizing = true;
        RETURN jsonb_build_object('step', 'begun', 'learners', 0, 'more', true);
    ELSIF v_state = 'cut_over' THEN
        IF v_table IS NOT NULL THEN
            IF v_run.purged_at IS NULL THEN
                PERFORM hg__legacy_archive_rest(v_table);
            END IF;
            PERFORM hg__legacy_drop_aside(v_table);
            RETURN jsonb_build_object('step', 'dropped ' || v_table, 'learners', 0, 'more', true);
        END IF;
        v_index := hg__legacy_drop_index();
        IF v_index IS NOT NULL THEN
            RETURN jsonb_build_object('step', 'dropped ' || v_index, 'learners', 0, 'more', true);
        END IF;
        ALTER TABLE users DROP COLUMN IF EXISTS hidden_grade_asset_old;
        DELETE FROM hg_legacy_dirty;
        UPDATE hg_installation AS i SET state = 'finalized';
        RETURN jsonb_build_object(
            'step', 'dropped the older document column', 'learners', 0, 'more', p_columns IS TRUE
        );
    ELSIF p_columns THEN
        PERFORM hg__legacy_drop_columns();
        RETURN jsonb_build_object('step', 'dropped columns', 'learners', 0, 'more', false);
    END IF;
    RETURN jsonb_build_object('step', 'finalized', 'learners', 0, 'more', false);
END
$hg_legacy_finalize_step$;

REVOKE ALL ON FUNCTION hg_legacy_finalize_step FROM public;

COMMENT ON FUNCTION hg_legacy_finalize_step IS
$$One step of dropping what the cutover left for a way back, for whoever commits after each and
calls again while more is true: the views, the tables behind them (rows that changed since the
import are archived first, unless the archive was purged) and the older document column. There is no
way back from it. make finalize CONFIRM=yes and hg_legacy_finalize() do that.

Arguments: p_columns: also the columns of users that mirror the document, and preferred_difficulty;
now or in a later call. last_active and last_grade_advancement stay in any case.
Answer: step, learners, more.
Errors: 55000 there was no cutover, or a rollback has begun; 55P03 a table was in use: call again;
2BP01 other objects depend on what would be dropped. After an error nothing has changed.

Example: SELECT hg_legacy_finalize_step();$$;
