-- The page of a learner who has played nothing yet: what will be here, and where to begin.
-- Writes: nothing. Calls: hg__report_section, hg__report_value, hg__report_number,
-- hg__report_label, hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_start(p_stats jsonb, p_modules text[]) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_start$
BEGIN
    RETURN hg__report_section('start', 'wide start', 'Everything is still to come', concat(
        '<p>Nothing has been played yet. After the first session this page shows tokens, the ',
        'streak day by day, how each module goes and what is missing to master it.</p>',
        CASE WHEN p_stats ->> 'tokens' <> '0' THEN '<p>There are already ' || hg__report_value(
            'global_stats.tokens', p_stats ->> 'tokens',
            hg__report_number((p_stats ->> 'tokens')::bigint)
        ) || ' tokens to spend.</p>' END,
        '<h3>Where to begin</h3><ul>',
        (
            SELECT string_agg(
                '<li>' || hg__html(hg__report_label(m.module)) || '</li>', E'\n' ORDER BY m.place
            )
            FROM unnest(p_modules) WITH ORDINALITY AS m (module, place)
        ),
        '</ul>'
    ));
END
$hg__report_start$;

REVOKE ALL ON FUNCTION hg__report_start FROM public;
