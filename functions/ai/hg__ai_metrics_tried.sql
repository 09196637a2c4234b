-- The figures of every module that was tried, {"<module>": {...}}: in the catalog, active or not,
-- with a block of ours and a scored session. Names and concepts are the catalog's: a block that
-- came from elsewhere may hold free text. A module without concepts stands for itself.
-- p_module: of that one only; NULL: of all.
-- OFFSET 0 keeps the figures from being read out of the block each time they are named.
-- Writes: nothing. Calls: hg__is_block, hg__ratio. Raises: nothing for well-formed blocks.
CREATE OR REPLACE FUNCTION hg__ai_metrics_tried(p_modules jsonb, p_module text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_tried$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(f.module, jsonb_build_object(
            'grade_level', f.block -> 'grade_level',
            'sessions', f.sessions,
            'questions', f.questions,
            'correct', f.correct,
            'accuracy', hg__ratio(f.correct, f.questions),
            'mastered', f.block #> '{progress,mastery_level}',
            'preferred_difficulty', f.block #> '{progress,preferred_difficulty}',
            'recent_good', length(replace(f.results, '0', '')),
            'recent_sessions', length(f.results),
            'concepts', CASE f.concepts
                WHEN '' THEN jsonb_build_array(f.module)
                ELSE to_jsonb(string_to_array(f.concepts, ', '))
            END
        )), '{}')
        FROM (
            SELECT
                b.module,
                b.concepts,
                b.block,
                (b.block #>> '{progress,sessions_completed}')::integer AS sessions,
                (b.block #>> '{progress,total_questions_answered}')::integer AS questions,
                (b.block #>> '{progress,correct_answers}')::integer AS correct,
                b.block #>> '{progress,recent_results}' AS results
            FROM (
                SELECT m.module, m.concepts, p_modules -> m.module AS block
                FROM hg_modules AS m
                WHERE p_module IS NULL OR m.module = p_module
                OFFSET 0
            ) AS b
            WHERE hg__is_block(b.block)
            OFFSET 0
        ) AS f
        WHERE f.sessions > 0
    );
END
$hg__ai_metrics_tried$;

REVOKE ALL ON FUNCTION hg__ai_metrics_tried FROM public;
