-- The event counters of a block under another name than the one that serves, added to p_counters,
-- and the archive rows: the block, and what was mended of the counters.
-- Writes: nothing. Calls: hg__legacy_mended, hg__object, hg__legacy_sum, hg__legacy_repair.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_other_block(
    p_block jsonb, p_counters jsonb, p_user_id text, p_path text,
    OUT o_counters jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_other_block$
DECLARE
    v_level record;
    v_progress record;
BEGIN
    v_level := hg__legacy_mended(
        p_block, '{counters,other block}', p_user_id, p_path, NULL
    );
    v_progress := hg__legacy_mended(
        hg__object(p_block -> 'progress'), '{counters}', p_user_id, p_path || '.progress', NULL
    );
    o_counters := (
        SELECT jsonb_object_agg(
            k.key, hg__legacy_sum(k.key, v_level.o_object, v_progress.o_object, p_counters)
        )
        FROM unnest(
            '{sessions_completed,total_questions_answered,correct_answers,tokens_earned}'::text[]
        ) AS k (key)
    );
    o_repairs := ARRAY[hg__legacy_repair(p_user_id, 'other_name', p_path, p_block)]
        || v_level.o_repairs || v_progress.o_repairs;
END
$hg__legacy_other_block$;

REVOKE ALL ON FUNCTION hg__legacy_other_block FROM public;
