-- Begins the first import of all learners.
-- Writes: hg_legacy_run, hg_installation, the statistics of users. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_import_begin(p_started timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_import_begin$
DECLARE
    -- So few that they take less than the target, whoever they are; the batch grows from there.
    c_first_batch CONSTANT integer := 10;
BEGIN
    UPDATE hg_legacy_run AS r
    SET
        started_at = p_started,
        finished_at = NULL,
        after_id = NULL,
        swept = false,
        batch = c_first_batch,
        learners = 0,
        busy = '0';
    UPDATE hg_installation AS i SET state = 'importing';
    IF (SELECT c.reltuples <= 0 FROM pg_class AS c WHERE c.oid = 'users'::regclass) THEN
        -- How many there are, for who looks on; unless a vacuum is at work here already.
        ANALYZE (SKIP_LOCKED) users (id);
    END IF;
END
$hg__legacy_import_begin$;

REVOKE ALL ON FUNCTION hg__legacy_import_begin FROM public;
