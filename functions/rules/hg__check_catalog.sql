-- What the rows of the catalog and of the settings demand of each other, once a statement is done.
-- Writes: nothing. Calls: hg__check_failed. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_catalog() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_catalog$
DECLARE
    v_bad record;
BEGIN
    SELECT m.module, n.alias, o.module AS other
    INTO v_bad
    FROM hg_modules AS m
    CROSS JOIN unnest(m.aliases) AS n (alias)
    JOIN hg_modules AS o
        ON n.alias = o.module OR (n.alias = ANY (o.aliases) AND o.module <> m.module)
    ORDER BY m.module, n.alias, o.module
    LIMIT 1;
    IF found THEN
        PERFORM hg__check_failed(
            'hg_modules.aliases', format('aliases of %s', v_bad.module),
            format('%s, which means %s', to_json(v_bad.alias), v_bad.other),
            'names that mean no other module, neither its name nor its alias'
        );
    END IF;

    SELECT i.value AS initial, m.value AS most
    INTO v_bad
    FROM hg_settings AS i
    JOIN hg_settings AS m ON m.name = 'streak_freeze_max'
    WHERE i.name = 'streak_freeze_initial' AND i.value > m.value;
    IF found THEN
        PERFORM hg__check_failed(
            'the setting streak_freeze_initial', 'streak_freeze_initial',
            format('%s, streak_freeze_max is %s', v_bad.initial, v_bad.most),
            'streak_freeze_initial is at most streak_freeze_max; to lower both, lower it first'
        );
    END IF;

    SELECT k.value AS kept, w.value AS late
    INTO v_bad
    FROM hg_settings AS k
    JOIN hg_settings AS w ON w.name = 'late_window_days'
    WHERE k.name = 'ledger_retention_days' AND k.value <> 'null' AND k.value <= w.value;
    IF found THEN
        PERFORM hg__check_failed(
            'the setting ledger_retention_days', 'ledger_retention_days',
            format('%s, late_window_days is %s', v_bad.kept, v_bad.late),
            'ledger_retention_days is more than late_window_days, or null'
        );
    END IF;

    SELECT e.value AS enabled
    INTO v_bad
    FROM hg_settings AS e
    INNER JOIN hg_installation AS i ON i.distributed
    WHERE e.name = 'ai_enabled' AND e.value = 'true';
    IF found THEN
        PERFORM hg__check_failed(
            'the setting ai_enabled', 'ai_enabled', v_bad.enabled::text,
            'false on a distributed installation: the queue of analyses is for one machine'
        );
    END IF;
END
$hg__check_catalog$;

REVOKE ALL ON FUNCTION hg__check_catalog FROM public;
