-- The plan's part on the disk the import needs beside what is there, bytes: estimates by what a
-- learner and a row took where this was made. The rows of users are written anew once; the room of
-- the old ones is free for later. p_users, p_tables: the parts before.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_space(p_users jsonb, p_tables jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_space$
DECLARE
    c_staged CONSTANT bigint := 2500;
    c_ledger CONSTANT bigint := 3000;
    c_document CONSTANT bigint := 180;
    v_rows bigint := (p_users ->> 'rows')::bigint;
    v_staging bigint := v_rows * c_staged + coalesce((p_users ->> 'bytes')::bigint, 0);
    v_archive bigint := (
        SELECT coalesce(sum((t.item ->> 'rows')::bigint * a.bytes), 0)
        FROM jsonb_array_elements(p_tables) AS t (item)
        INNER JOIN (
            VALUES
            ('concept_mastery', 350), ('subject_mastery', 580),
            ('subject_difficulty_history', 330), ('user_progress', 250), ('ai_analytics', 670)
        ) AS a (name, bytes)
            ON t.item ->> 'table' = a.name
        WHERE t.item -> 'serves' = 'true'
    ) + coalesce((p_users #>> '{document,bytes}')::bigint, 0) + v_rows * c_document;
BEGIN
    RETURN jsonb_build_object(
        'basis', 'estimate',
        'staging', v_staging,
        'ledger', v_rows * c_ledger,
        'archive', v_archive,
        'total', v_staging + v_rows * c_ledger + v_archive
    );
END
$hg__legacy_plan_space$;

REVOKE ALL ON FUNCTION hg__legacy_plan_space FROM public;
