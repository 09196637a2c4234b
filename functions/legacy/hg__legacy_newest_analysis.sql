-- The newest row of ai_analytics by coalesce(generated_at, analysis_date), then id: its place among
-- the rows (from 1), itself and its instant; all NULL: there is none.
-- Writes: nothing. Calls: hg__legacy_elements, hg__legacy_instant, hg__legacy_number.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_newest_analysis(
    p_rows jsonb, OUT o_place bigint, OUT o_row jsonb, OUT o_at timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_newest_analysis$
BEGIN
    IF coalesce(p_rows, '[]') = '[]' THEN
        RETURN;
    END IF;
    SELECT r.place, r.item, r.at INTO o_place, o_row, o_at
    FROM (
        SELECT
            e.place,
            e.item,
            coalesce(
                hg__legacy_instant(e.item -> 'generated_at'),
                hg__legacy_instant(e.item -> 'analysis_date')
            ) AS at
        FROM jsonb_array_elements(hg__legacy_array(p_rows)) WITH ORDINALITY AS e (item, place)
        OFFSET 0
    ) AS r
    ORDER BY r.at DESC NULLS LAST, hg__legacy_id(r.item) DESC, r.place
    LIMIT 1;
END
$hg__legacy_newest_analysis$;

REVOKE ALL ON FUNCTION hg__legacy_newest_analysis FROM public;
