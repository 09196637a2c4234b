-- The archive rows of the learner's rows in the five tables; p_merged are the places, by table, of
-- those that something was taken from.
-- Writes: nothing. Calls: hg__legacy_array. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_row_entries(
    p_source jsonb, p_merged jsonb,
    OUT o_source text, OUT o_source_id text, OUT o_row_data text, OUT o_reason text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_row_entries$
BEGIN
    RETURN QUERY
    SELECT
        t.name,
        e.item ->> 'id',
        e.item::text,
        CASE
            WHEN p_merged -> t.name @> to_jsonb(e.place) THEN 'merged'
            WHEN t.name = 'ai_analytics' THEN 'older'
            ELSE 'no_home'
        END
    FROM unnest('{
        concept_mastery,subject_mastery,subject_difficulty_history,user_progress,ai_analytics
    }'::text[]) AS t (name)
    CROSS JOIN LATERAL
        jsonb_array_elements(hg__legacy_array(p_source -> t.name)) WITH ORDINALITY
        AS e (item, place);
END
$hg__legacy_row_entries$;

REVOKE ALL ON FUNCTION hg__legacy_row_entries FROM public;
