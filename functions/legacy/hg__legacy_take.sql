-- Builds the documents of some learners anew from their sources, and stores each in the staging
-- column with its checkpoint, its archive rows and, where it cannot be read, its quarantine; what
-- was stored for them before goes. Learners whom another session holds are returned, not built.
-- Writes: users, hg_ledger, hg_legacy_archive, hg_legacy_quarantine. Calls:
-- hg__legacy_lock_learners, hg__legacy_forget, hg__legacy_sources, hg__legacy_build,
-- hg__legacy_stage, hg__legacy_row_entries. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_take(p_ids text[], p_at timestamptz) RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_take$
DECLARE
    v_version integer := (SELECT i.rules_version FROM hg_installation AS i);
    v_held text[] := hg__legacy_lock_learners(p_ids);
    v_learner record;
    v_built record;
BEGIN
    PERFORM hg__legacy_forget(v_held, true, p_at);
    FOR v_learner IN SELECT s.* FROM hg__legacy_sources(v_held) AS s LOOP
        IF v_learner.o_problem IS NOT NULL THEN
            INSERT INTO hg_legacy_quarantine (user_id, quarantined_at, reason_code, detail)
            VALUES (
                v_learner.o_user_id, clock_timestamp(), 'unreadable_json', v_learner.o_problem
            );
            UPDATE users AS u SET hidden_grade_asset_next = NULL WHERE u.id = v_learner.o_user_id;
            CONTINUE;
        END IF;
        v_built := hg__legacy_build(v_learner.o_source, p_at, v_version);
        PERFORM hg__legacy_stage(
            v_learner.o_user_id, v_built.o_document, v_learner.o_source #>> '{user,grade}', p_at,
            v_version
        );
        INSERT INTO hg_legacy_archive (archived_at, user_id, source, source_id, row_data, reason)
        SELECT
            p_at, v_learner.o_user_id::text, a.source, a.source_id,
            CASE
                -- As it was written, to the letter: as jsonb it would be in another order.
                WHEN a.reason IN ('replaced', 'no_object') THEN v_learner.o_text
                ELSE a.row_data
            END,
            a.reason
        FROM jsonb_to_recordset(v_built.o_archive) AS a (
            source text, source_id text, row_data text, reason text
        )
        UNION ALL
        SELECT
            p_at, v_learner.o_user_id::text, r.o_source, r.o_source_id, r.o_row_data, r.o_reason
        FROM hg__legacy_row_entries(v_learner.o_source, v_built.o_merged) AS r;
    END LOOP;
    RETURN ARRAY(SELECT i.id FROM unnest(p_ids) AS i (id) EXCEPT SELECT unnest(v_held));
END
$hg__legacy_take$;

REVOKE ALL ON FUNCTION hg__legacy_take FROM public;
