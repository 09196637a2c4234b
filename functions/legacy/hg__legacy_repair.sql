-- A row for hg_legacy_archive: a value of the old document that was mended, dropped or merged. Its
-- reason says where it stood: "negative: global_stats.tokens".
-- Writes: nothing. Calls: hg__legacy_entry. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_repair(
    p_user_id text, p_reason text, p_path text, p_value jsonb
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__legacy_entry(
    'users.hidden_grade_asset', p_user_id, p_reason || ': ' || p_path, p_value
);

REVOKE ALL ON FUNCTION hg__legacy_repair FROM public;
