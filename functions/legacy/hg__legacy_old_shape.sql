-- A document in the shape that the older application reads: what it looks for stands beside the
-- keys of ours, so that a later import takes those back. Counters stand in one place, under
-- progress.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_old_shape(p_document jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_old_shape$
BEGIN
    RETURN p_document || jsonb_build_object(
        'global_stats', (p_document -> 'global_stats') || jsonb_build_object(
            'daily_tokens_earned', p_document #> '{global_stats,daily_tokens}'
        ),
        'modules', (p_document -> 'modules') || coalesce((
            SELECT jsonb_object_agg(b.module, b.block || jsonb_build_object(
                'progress', (b.block -> 'progress') || jsonb_build_object(
                    'grade_level', b.block -> 'grade_level',
                    'concepts', to_jsonb(coalesce(
                        string_to_array(nullif(b.block #>> '{progress,concepts}', ''), ', '), '{}'
                    ))
                ) || CASE
                    WHEN m.fact_types <> '{}' THEN jsonb_build_object(
                        'good_attempt', b.block #> '{progress,attempt_good}',
                        'bad_attempt', b.block #> '{progress,attempt_bad}'
                    )
                    ELSE '{}'
                END
            ))
            FROM jsonb_each(p_document -> 'modules') AS b (module, block)
            INNER JOIN hg_modules AS m ON b.module = m.module
            WHERE jsonb_typeof(b.block -> 'progress') = 'object'
        ), '{}')
    );
END
$hg__legacy_old_shape$;

REVOKE ALL ON FUNCTION hg__legacy_old_shape FROM public;
