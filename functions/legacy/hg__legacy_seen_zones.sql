-- Those of some JSON texts that name a time zone a learner may have, as verify reads them.
-- PostgreSQL's list of zones takes its time: it is asked only if there is a text to look for.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_zones(p_texts jsonb[]) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_zones$
BEGIN
    RETURN ARRAY(
        SELECT t.zone
        FROM unnest(p_texts) AS t (zone)
        WHERE t.zone = '"UTC"' OR (
            t.zone #>> '{}' LIKE '%/%' AND t.zone #>> '{}' !~ '^(posix|right|Etc)/'
            AND t.zone #>> '{}' IN (SELECT z.name FROM pg_timezone_names AS z)
        )
    );
END
$hg__legacy_seen_zones$;

REVOKE ALL ON FUNCTION hg__legacy_seen_zones FROM public;
