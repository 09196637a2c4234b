-- A few learners, other ones each time, compared with their ledgers as hg_status shows it: how many
-- were looked at, and of how many the document differs. It begins no further learner after a
-- quarter of a second. p_users is the answer of hg__status_users.
-- Writes: nothing. Calls: hg_verify. Raises: nothing.
-- PARALLEL UNSAFE: as hg_verify.
CREATE OR REPLACE FUNCTION hg__status_verified(
    p_installation hg_installation, p_users jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_verified$
DECLARE
    c_learners CONSTANT integer := 20;
    c_pages CONSTANT integer := 64;  -- of about two learners each, anywhere in the table
    v_until timestamptz := clock_timestamp() + interval '250 milliseconds';
    v_percent real := (
        SELECT least(100, 100.0 * c_pages * 8192 / greatest(sum(pg_relation_size(c.oid)), 1))
        FROM pg_class AS c
        WHERE c.oid = 'users'::regclass
        OR c.oid IN (SELECT t.relid FROM pg_partition_tree('users') AS t)
    );
    v_id users.id%TYPE;
    v_sampled integer := 0;
    v_differing integer := 0;
BEGIN
    IF p_installation.live AND NOT p_installation.distributed
        AND p_users ->> 'column_type' = 'jsonb'
    THEN
        FOR v_id IN
            SELECT u.id
            FROM users AS u TABLESAMPLE SYSTEM (v_percent)
            ORDER BY md5(u.id::text || statement_timestamp()::text)
            LIMIT c_learners
        LOOP
            v_sampled := v_sampled + 1;
            IF EXISTS (SELECT FROM hg_verify(v_id) AS d) THEN
                v_differing := v_differing + 1;
            END IF;
            EXIT WHEN clock_timestamp() > v_until;
        END LOOP;
    END IF;
    RETURN jsonb_build_object('sampled', v_sampled, 'differing', v_differing);
END
$hg__status_verified$;

REVOKE ALL ON FUNCTION hg__status_verified FROM public;
