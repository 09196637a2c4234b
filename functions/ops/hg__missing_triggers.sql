-- The triggers this installation should have and has not, or has disabled, as table.trigger. Those
-- of users are due once the API is live; a distributed installation has those of the catalog only.
-- Writes: nothing. Calls: hg__legacy_mirrored_columns. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__missing_triggers(p_live boolean) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__missing_triggers$
DECLARE
    -- After a cutover, while there are columns that mirror the document.
    v_mirrors boolean := hg__legacy_mirrored_columns() <> '{}' AND EXISTS (
        SELECT FROM hg_installation AS i WHERE i.state IN ('cut_over', 'finalized')
    );
    v_distributed boolean := (SELECT i.distributed FROM hg_installation AS i);
BEGIN
    RETURN ARRAY(
        SELECT w.table_name || '.' || w.name
        FROM (
            VALUES
            ('hg_ledger', 'hg_ledger_append_only'),
            ('hg_modules', 'hg_modules_keep'),
            ('hg_modules', 'hg_modules_keep_all'),
            ('hg_modules', 'hg_modules_lock'),
            ('hg_modules', 'hg_modules_publish'),
            ('hg_modules', 'hg_modules_take'),
            ('hg_settings', 'hg_settings_keep'),
            ('hg_settings', 'hg_settings_keep_all'),
            ('hg_settings', 'hg_settings_lock'),
            ('hg_settings', 'hg_settings_publish'),
            ('hg_settings', 'hg_settings_take'),
            ('users', 'users_fill_document'),
            ('users', 'users_forget'),
            ('users', 'users_forget_all'),
            ('users', 'users_guard_document'),
            ('users', 'users_record_direct_write'),
            ('users', 'users_record_start'),
            ('users', 'users_mirror_columns'),
            ('users', 'users_take_columns'),
            ('users', 'users_take_inserted')
        ) AS w (table_name, name)
        WHERE (p_live OR w.table_name <> 'users')
        AND NOT (v_distributed AND w.table_name IN ('hg_ledger', 'users'))
        AND (
            w.name NOT IN ('users_mirror_columns', 'users_take_columns', 'users_take_inserted')
            OR v_mirrors
        )
        AND NOT EXISTS (
            SELECT FROM pg_trigger AS t
            WHERE t.tgrelid = w.table_name::regclass AND t.tgname = w.name AND t.tgenabled <> 'D'
        )
        ORDER BY w.table_name, w.name
    );
END
$hg__missing_triggers$;

REVOKE ALL ON FUNCTION hg__missing_triggers FROM public;
