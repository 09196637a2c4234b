-- The indexes this installation should have and has not, or of which a build has failed. Those of a
-- table that its owner has partitioned are named by the owner.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__missing_indexes() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__missing_indexes$
BEGIN
    RETURN ARRAY(
        SELECT w.name
        FROM (
            VALUES
            ('hg_ai_analyses', 'hg_ai_analyses_pkey'),
            ('hg_ai_days', 'hg_ai_days_pkey'),
            ('hg_ai_jobs', 'hg_ai_jobs_by_number'),
            ('hg_ai_jobs', 'hg_ai_jobs_ended'),
            ('hg_ai_jobs', 'hg_ai_jobs_pkey'),
            ('hg_ai_jobs', 'hg_ai_jobs_ready'),
            ('hg_ai_spent', 'hg_ai_spent_by_day'),
            ('hg_ai_spent', 'hg_ai_spent_pkey'),
            ('hg_ai_usage', 'hg_ai_usage_pkey'),
            ('hg_installation', 'hg_installation_pkey'),
            ('hg_ledger', 'hg_ledger_by_instant'),
            ('hg_ledger', 'hg_ledger_by_occurrence'),
            ('hg_ledger', 'hg_ledger_by_recording'),
            ('hg_ledger', 'hg_ledger_pkey'),
            ('hg_ledger', 'hg_ledger_rare'),
            ('hg_legacy_archive', 'hg_legacy_archive_by_learner'),
            ('hg_legacy_archive', 'hg_legacy_archive_orphans'),
            ('hg_legacy_archive', 'hg_legacy_archive_pkey'),
            ('hg_legacy_dirty', 'hg_legacy_dirty_pkey'),
            ('hg_legacy_quarantine', 'hg_legacy_quarantine_pkey'),
            ('hg_legacy_run', 'hg_legacy_run_pkey'),
            ('hg_modules', 'hg_modules_pkey'),
            ('hg_rule_versions', 'hg_rule_versions_pkey'),
            ('hg_rules', 'hg_rules_pkey'),
            ('hg_settings', 'hg_settings_pkey'),
            ('hg_snapshots', 'hg_snapshots_pkey'),
            ('hg_standings', 'hg_standings_pkey'),
            ('hg_standings_due', 'hg_standings_due_pkey'),
            ('hg_standings_marks', 'hg_standings_marks_pkey'),
            ('hg_standings_spread', 'hg_standings_spread_pkey'),
            ('hg_standings_top', 'hg_standings_top_by_learner'),
            ('hg_standings_top', 'hg_standings_top_pkey'),
            ('hg_tombstones', 'hg_tombstones_pkey')
        ) AS w (table_name, name)
        INNER JOIN pg_class AS c ON c.oid = to_regclass(w.table_name) AND c.relkind = 'r'
        WHERE NOT EXISTS (
            SELECT FROM pg_index AS i
            WHERE i.indexrelid = to_regclass(w.name) AND i.indrelid = c.oid AND i.indisvalid
        )
        ORDER BY w.name
    );
END
$hg__missing_indexes$;

REVOKE ALL ON FUNCTION hg__missing_indexes FROM public;
