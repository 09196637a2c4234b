-- A module's way to mastery in words: mastered, and since when or by whose word; else the least
-- that is missing, as hg_explain says it.
-- Writes: nothing. Calls: hg__missing, hg__document_day, hg__report_day, hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_mastery(
    p_block jsonb, p_stats jsonb, p_rules hg_rules, p_user_grade smallint
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_mastery$
DECLARE
    v_progress jsonb := p_block -> 'progress';
    v_since text := coalesce(
        v_progress #>> '{mastery_override,at}', v_progress ->> 'mastered_at'
    );
    v_missing text;
BEGIN
    IF (v_progress -> 'mastery_level')::boolean THEN
        RETURN '<span class="tag done"><data value="true" data-path="progress.mastery_level">'
            || 'Mastered</data></span>' || coalesce(' <span class="note">' || CASE
                WHEN v_progress #> '{mastery_override,at}' IS NULL THEN 'since '
                ELSE 'by a person''s word, on '
            END || hg__report_day(hg__document_day(
                p_stats, v_since::timestamptz, p_rules
            )) || '</span>', '');
    END IF;
    v_missing := array_to_string(hg__missing(p_rules, p_block, p_user_grade), '; ');
    RETURN '<data value="false" data-path="progress.mastery_level">Still to do</data>: '
        || '<span data-missing="' || hg__html(v_missing) || '">' || hg__html(
            coalesce(nullif(v_missing, ''), '1 more session')
        ) || '</span>';
END
$hg__report_mastery$;

REVOKE ALL ON FUNCTION hg__report_mastery FROM public;
