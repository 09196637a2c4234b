-- Keeps what verify reads in module_history of some learners who were built, for the time after the
-- cutover: that table goes on then, and is no source any more. What was kept of them before goes.
-- Writes: hg_legacy_archive. Calls: hg__legacy_seen_rows, hg__legacy_user_id,
-- hg__legacy_seen_histories. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_freeze(p_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET timezone TO 'UTC'
AS $hg__legacy_freeze$
BEGIN
    DELETE FROM hg_legacy_archive AS a WHERE a.user_id = ANY (p_ids) AND a.reason = 'frozen';
    INSERT INTO hg_legacy_archive (archived_at, user_id, source, row_data, reason)
    SELECT clock_timestamp(), f.id, 'module_history', f.history::text, 'frozen'
    FROM (
        SELECT
            array_agg(h.id) AS ids,
            -- By the rules under which the documents were built.
            hg__legacy_seen_histories(array_agg(h.source), l.rules_version) AS histories
        FROM (
            SELECT
                s.o_user_id AS id,
                jsonb_build_object(
                    'tables', jsonb_build_object('module_history', jsonb_agg(s.o_row))
                ) AS source
            FROM hg__legacy_seen_rows('module_history', p_ids) AS s
            GROUP BY s.o_user_id
        ) AS h
        CROSS JOIN LATERAL (
            SELECT i.rules_version FROM hg_ledger AS i
            WHERE i.user_id = hg__legacy_user_id(h.id) AND i.kind = 'import'
            LIMIT 1
        ) AS l
        GROUP BY l.rules_version
    ) AS g
    CROSS JOIN LATERAL unnest(g.ids, g.histories) AS f (id, history);
END
$hg__legacy_freeze$;

REVOKE ALL ON FUNCTION hg__legacy_freeze FROM public;
