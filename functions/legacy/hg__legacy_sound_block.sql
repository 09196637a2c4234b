-- An old block with all that the import reads of it as it should be, and the archive rows of what
-- was mended: values, fact types, AI texts. p_more are the counters of the module's other blocks.
-- Writes: nothing. Calls: hg__legacy_mended, hg__object, hg__legacy_types, hg__legacy_section,
-- hg__legacy_sum, hg__legacy_repair. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_sound_block(
    p_rules hg_rules, p_block jsonb, p_more jsonb, p_user_id text, p_path text,
    OUT o_block jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_sound_block$
DECLARE
    -- Where there is no progression, good_attempt and bad_attempt are not read.
    v_sections text[] := CASE
        WHEN p_rules.fact_types = '{}' THEN '{counters,attempts}'::text[]
        ELSE '{counters,attempts,rush attempts}'
    END;
    v_progress jsonb;
    v_types text[] := '{}';
    v_section jsonb;
    v_made record;
    v_correct integer;
BEGIN
    SELECT m.o_object, m.o_repairs INTO o_block, o_repairs
    FROM hg__legacy_mended(
        p_block, v_sections || '{block}'::text[], p_user_id, p_path, p_rules
    ) AS m;
    v_made := hg__legacy_mended(
        hg__object(o_block -> 'progress'), v_sections || '{progress}'::text[], p_user_id,
        p_path || '.progress', p_rules
    );
    v_progress := v_made.o_object;
    o_repairs := o_repairs || v_made.o_repairs;
    IF v_progress -> 'types_complete' NOT IN ('null', '[]') THEN
        v_made := hg__legacy_types(
            p_rules, v_progress -> 'types_complete', p_user_id,
            p_path || '.progress.types_complete'
        );
        v_types := v_made.o_types;
        o_repairs := o_repairs || v_made.o_repairs;
    END IF;
    IF o_block -> 'ai_analytics' NOT IN ('null', '{}') THEN
        v_made := hg__legacy_section(
            o_block -> 'ai_analytics', p_user_id, p_path || '.ai_analytics'
        );
        v_section := v_made.o_section;
        o_repairs := o_repairs || v_made.o_repairs;
    END IF;
    v_correct := hg__legacy_sum('correct_answers', o_block, v_progress, p_more);
    IF v_correct > hg__legacy_sum('total_questions_answered', o_block, v_progress, p_more) THEN
        o_repairs := o_repairs || hg__legacy_repair(
            p_user_id, 'more_correct', p_path || '.progress.correct_answers', to_jsonb(v_correct)
        );
    END IF;
    IF (v_progress ->> 'recent_correct')::integer
        > coalesce((v_progress ->> 'recent_questions')::integer, 0)
    THEN
        o_repairs := o_repairs || hg__legacy_repair(
            p_user_id, 'more_correct', p_path || '.progress.recent_correct',
            v_progress -> 'recent_correct'
        );
    END IF;
    o_block := o_block || jsonb_build_object(
        'progress', v_progress || jsonb_build_object('types_complete', v_types),
        'ai_analytics', v_section
    );
END
$hg__legacy_sound_block$;

REVOKE ALL ON FUNCTION hg__legacy_sound_block FROM public;
