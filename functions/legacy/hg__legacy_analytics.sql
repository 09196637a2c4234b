-- The learner's AI texts: the newest row of ai_analytics as a whole, or the old document's section
-- where that is newer; one in which nothing can be read is empty. Keys that are not ours stay.
-- Writes: nothing. Calls: hg__legacy_newest_analysis, hg__legacy_instant, hg__legacy_analysis_row,
-- hg__legacy_section, hg__legacy_entry. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_analytics(
    p_section jsonb, p_rows jsonb, p_user_id text,
    OUT o_section jsonb, OUT o_place bigint, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_analytics$
DECLARE
    c_empty CONSTANT jsonb := '{
        "analysis_date": null, "learning_patterns": {}, "strengths": [],
        "areas_for_improvement": [], "engagement_analysis": {}, "suggested_activities": [],
        "weaknesses": [], "datetime_generated": null, "source": null, "model": null, "stale": false
    }';
    v_newest record;
    v_made record;
BEGIN
    v_newest := hg__legacy_newest_analysis(p_rows);
    o_place := v_newest.o_place;
    IF o_place IS NOT NULL AND coalesce(v_newest.o_at, '-infinity') >= coalesce(
        hg__legacy_instant(p_section -> 'datetime_generated'),
        hg__legacy_instant(p_section -> 'analysis_date'), '-infinity'
    ) THEN
        o_section := p_section || hg__legacy_analysis_row(v_newest.o_row);
        o_repairs := ARRAY(
            SELECT hg__legacy_entry(
                'ai_analytics', v_newest.o_row ->> 'id', 'no_object: ' || k.key,
                v_newest.o_row -> k.key
            )
            FROM unnest('{learning_patterns,engagement_analysis}'::text[]) AS k (key)
            WHERE jsonb_typeof(v_newest.o_row -> k.key) NOT IN ('object', 'null')
        );
    ELSIF c_empty @> p_section THEN
        o_section := c_empty;
    ELSE
        v_made := hg__legacy_section(p_section, p_user_id, 'ai_analytics');
        o_section := v_made.o_section;
        o_repairs := v_made.o_repairs;
        IF NOT EXISTS (
            SELECT FROM jsonb_each(c_empty - '{source,model,stale}'::text[]) AS e
            WHERE o_section -> e.key <> e.value
        ) THEN
            o_section := o_section || c_empty;
        END IF;
    END IF;
END
$hg__legacy_analytics$;

REVOKE ALL ON FUNCTION hg__legacy_analytics FROM public;
