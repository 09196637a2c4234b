-- Learners in quarantine begin with what their columns say alone; the document that could not be
-- read is archived as it was.
-- Writes: users, hg_ledger, hg_legacy_archive. Calls: hg__legacy_sources, hg__legacy_build,
-- hg__legacy_stage, hg__legacy_equalise. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_take_quarantined(p_at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_take_quarantined$
DECLARE
    v_version integer := (SELECT i.rules_version FROM hg_installation AS i);
    v_ids text[] := ARRAY(SELECT q.user_id::text FROM hg_legacy_quarantine AS q);
    v_learner record;
BEGIN
    FOR v_learner IN SELECT s.* FROM hg__legacy_sources(v_ids) AS s LOOP
        PERFORM hg__legacy_stage(
            v_learner.o_user_id,
            (
                hg__legacy_build(
                    jsonb_build_object('user', v_learner.o_source -> 'user'), p_at, v_version
                )
            ).o_document,
            v_learner.o_source #>> '{user,grade}', p_at, v_version
        );
        INSERT INTO hg_legacy_archive (archived_at, user_id, source, source_id, row_data, reason)
        SELECT
            p_at, v_learner.o_user_id::text, 'users.hidden_grade_asset',
            v_learner.o_user_id::text, v_learner.o_text, 'unreadable_json'
        UNION ALL
        SELECT p_at, v_learner.o_user_id::text, t.key, r.item ->> 'id', r.item::text, 'quarantined'
        FROM jsonb_each(v_learner.o_source - 'user') AS t
        CROSS JOIN LATERAL jsonb_array_elements(t.value) AS r (item)
        WHERE t.key <> 'module_history';
    END LOOP;
    PERFORM hg__legacy_equalise(v_ids);
END
$hg__legacy_take_quarantined$;

REVOKE ALL ON FUNCTION hg__legacy_take_quarantined FROM public;
