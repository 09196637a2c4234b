-- Those of the learners whose sources have not changed since their documents were built. Where all
-- are to be built again, after a TRUNCATE or a rollback, there are none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_clean(p_ids text[]) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_verify_clean$
DECLARE
    v_state text := (SELECT i.state FROM hg_installation AS i);
BEGIN
    IF v_state = 'cut_over' THEN
        RETURN p_ids;
    ELSIF EXISTS (SELECT FROM hg_legacy_dirty AS d WHERE d.everybody)
        OR (v_state = 'imported' AND NOT (SELECT r.swept FROM hg_legacy_run AS r))
    THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT i.id
        FROM unnest(p_ids) AS i (id)
        LEFT JOIN hg_legacy_dirty AS d ON i.id = d.user_id::text
        WHERE d.user_id IS NULL
    );
END
$hg__legacy_verify_clean$;

REVOKE ALL ON FUNCTION hg__legacy_verify_clean FROM public;
