-- The local day a learner's document is read on: that of p_at, but at least activity_date.
-- Before last_active nothing can be read; now() is taken as last_active where that is later (an
-- activity a few minutes ahead of the server, or later in the transaction that asks).
-- Writes: nothing. Calls: hg__document_day, hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__day_at(
    p_stats jsonb, p_at timestamptz, p_settings hg_rules
) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__day_at$
DECLARE
    v_last_active timestamptz := p_stats ->> 'last_active';
BEGIN
    IF p_at < v_last_active AND p_at <> now() THEN
        PERFORM hg__raise_argument(
            'p_at', p_at::text,
            format('Give an instant at or after last_active, which is %s.', v_last_active)
        );
    END IF;
    RETURN greatest(
        hg__document_day(p_stats, greatest(p_at, v_last_active), p_settings),
        (p_stats ->> 'activity_date')::date
    );
END
$hg__day_at$;

REVOKE ALL ON FUNCTION hg__day_at FROM public;
