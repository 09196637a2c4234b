-- Blocks that have changed, with one more: a module's block with the progress that the fold has
-- computed. Keys it does not know stay; most blocks have none, and are written straight from the
-- record.
-- Writes: nothing. Calls: hg__progress_keys. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__put_block(
    p_blocks jsonb, p_module text, p_block jsonb, p_progress hg_progress, p_grade integer
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_blocks || CASE
    WHEN
        p_block - '{grade_level,progress,ai_analytics}'::text[] = '{}'
        AND (p_block -> 'progress') - hg__progress_keys() = '{}'
        THEN jsonb_build_object(
            p_module, (p_grade, p_progress, p_block -> 'ai_analytics')::hg_block
        )
    ELSE jsonb_build_object(p_module, p_block || jsonb_build_object(
        'grade_level', p_grade, 'progress', (p_block -> 'progress') || to_jsonb(p_progress)
    ))
END;

REVOKE ALL ON FUNCTION hg__put_block FROM public;
