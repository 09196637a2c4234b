-- The options of an import, checked; o_batch NULL: the batch adapts to o_target.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__legacy_import_options(
    p_options jsonb,
    OUT o_batch integer, OUT o_target interval, OUT o_max_transaction numeric, OUT o_max_lag numeric
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_import_options$
DECLARE
    v_option record;
BEGIN
    IF (jsonb_typeof(p_options) = 'object') IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_options', p_options::text, 'Options are an object.');
    END IF;
    FOR v_option IN
        SELECT o.key, o.value, d.lowest, d.highest, d.whole
        FROM jsonb_each(p_options) AS o
        LEFT JOIN (
            VALUES
            ('batch', 1, 10000, true), ('target_ms', 1, 10000, false),
            ('max_transaction_seconds', 0, 86400, false), ('max_lag_seconds', 0, 86400, false)
        ) AS d (name, lowest, highest, whole) ON o.key = d.name
        ORDER BY o.key
    LOOP
        IF v_option.lowest IS NULL THEN
            PERFORM hg__raise_argument(
                'p_options', v_option.key,
                'Options are batch, target_ms, max_transaction_seconds and max_lag_seconds.'
            );
        ELSIF (
            CASE
                WHEN jsonb_typeof(v_option.value) <> 'number' THEN false
                ELSE v_option.value::numeric BETWEEN v_option.lowest AND v_option.highest
                    AND (NOT v_option.whole OR v_option.value::numeric % 1 = 0)
            END
        ) IS NOT TRUE THEN
            PERFORM hg__raise_argument(
                'p_options.' || v_option.key, v_option.value::text,
                format(
                    '%s is a %snumber from %s to %s.', v_option.key,
                    CASE WHEN v_option.whole THEN 'whole ' ELSE '' END,
                    v_option.lowest, v_option.highest
                )
            );
        END IF;
    END LOOP;
    o_batch := (p_options ->> 'batch')::numeric::integer;
    o_target := coalesce((p_options ->> 'target_ms')::numeric, 50) * interval '1 millisecond';
    o_max_transaction := coalesce((p_options ->> 'max_transaction_seconds')::numeric, 60);
    o_max_lag := coalesce((p_options ->> 'max_lag_seconds')::numeric, 10);
END
$hg__legacy_import_options$;

REVOKE ALL ON FUNCTION hg__legacy_import_options FROM public;
