-- A row for hg_legacy_archive: a row or value of the older application, as it was.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_entry(
    p_source text, p_source_id text, p_reason text, p_value jsonb
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_build_object(
    'source', p_source, 'source_id', p_source_id, 'reason', p_reason, 'row_data', p_value::text
);

REVOKE ALL ON FUNCTION hg__legacy_entry FROM public;
