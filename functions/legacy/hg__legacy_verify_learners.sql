-- Where what was made of learners differs from what verify's own reading makes of their sources;
-- no rows is the proof that all is true. p_ids are ids as text.
-- Writes: nothing. Calls: hg__legacy_seen_live, hg__legacy_seen_frozen, hg__legacy_seen_documents,
-- hg__legacy_seen_archive, hg__legacy_verify_compared. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_learners(
    p_ids text[],
    OUT o_user_id users.id%TYPE, OUT o_path text, OUT o_staged jsonb, OUT o_expected jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_verify_learners$
DECLARE
    v_frozen boolean := (SELECT i.state = 'cut_over' FROM hg_installation AS i);
    v_group record;
    v_expected jsonb[];
    v_found record;
BEGIN
    -- The rules of a document are those under which it was built.
    FOR v_group IN
        SELECT
            (s.o_source ->> 'version')::integer AS version,
            array_agg(s.o_source) AS sources,
            array_agg(s.o_staged) AS staged,
            array_agg(s.o_checkpoint) AS checkpoints
        FROM (
            SELECT l.* FROM hg__legacy_seen_live(p_ids) AS l WHERE NOT v_frozen
            UNION ALL
            SELECT f.* FROM hg__legacy_seen_frozen(p_ids) AS f WHERE v_frozen
        ) AS s
        GROUP BY 1
    LOOP
        v_expected := hg__legacy_seen_documents(v_group.sources, v_group.version);
        FOR v_found IN
            SELECT d.o_id, d.o_path, d.o_staged, d.o_expected
            FROM hg__legacy_verify_compared(
                v_group.sources, v_group.staged, v_group.checkpoints, v_expected, v_frozen
            ) AS d
            UNION ALL
            SELECT a.o_id, a.o_path, a.o_staged, a.o_expected
            FROM hg__legacy_seen_archive(v_group.sources, NOT v_frozen) AS a
        LOOP
            o_user_id := v_found.o_id;
            o_path := v_found.o_path;
            o_staged := v_found.o_staged;
            o_expected := v_found.o_expected;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$hg__legacy_verify_learners$;

REVOKE ALL ON FUNCTION hg__legacy_verify_learners FROM public;
