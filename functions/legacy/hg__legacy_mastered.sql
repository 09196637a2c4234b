-- A module's new progress with its mastery: true where the older application said so (p_stored is
-- true, "true" or "mastered") or the module's rule holds; p_reached is since when, where that is
-- not known. An override wins.
-- Writes: nothing. Calls: hg__mastery_holds, hg__mastery_level, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mastered(
    p_rules hg_rules, p_grade integer, p_progress jsonb, p_stored jsonb, p_reached timestamptz,
    p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mastered$
DECLARE
    v_block jsonb := jsonb_build_object('grade_level', p_grade, 'progress', p_progress);
    v_overridden boolean := p_progress ->> 'mastery_override' IS NOT NULL;
BEGIN
    IF p_progress ->> 'mastered_at' IS NULL THEN
        IF lower(btrim(p_stored #>> '{}') COLLATE "C") IN ('true', 'mastered')
            AND NOT v_overridden
            OR hg__mastery_holds(p_rules, v_block, p_user_grade)
        THEN
            v_block := v_block || jsonb_build_object('progress', p_progress || jsonb_build_object(
                'mastered_at', hg__instant_text(p_reached)
            ));
        ELSIF NOT v_overridden THEN
            RETURN p_progress;
        END IF;
    END IF;
    RETURN (v_block -> 'progress') || jsonb_build_object(
        'mastery_level', hg__mastery_level(p_rules, v_block, p_user_grade)
    );
END
$hg__legacy_mastered$;

REVOKE ALL ON FUNCTION hg__legacy_mastered FROM public;
