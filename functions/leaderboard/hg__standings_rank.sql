-- From hg_standings, as of an instant: the figures of all in order, and who is first, of each
-- metric. Returns how many learners have a rank.
-- Writes: hg_standings_spread, hg_standings_top. Calls: hg__standing_value. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_rank(p_as_of timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET plan_cache_mode TO 'force_custom_plan'
AS $hg__standings_rank$
DECLARE
    c_top CONSTANT integer := 1000;
    c_a_row CONSTANT integer := 400;
    v_learners integer;
    v_metric text;
    v_figures integer[];
BEGIN
    DELETE FROM hg_standings_spread;
    FOREACH v_metric IN ARRAY ARRAY[
        'tokens', 'total_tokens_earned', 'streak_days', 'total_correct_answers'
    ] LOOP
        v_figures := ARRAY(
            SELECT hg__standing_value(s, v_metric, p_as_of) AS value
            FROM hg_standings AS s
            WHERE NOT s.excluded
            ORDER BY value
        );
        -- Whoever is deleted meanwhile is missing in later metrics only: nobody has a share beyond
        -- 100 percent.
        v_learners := coalesce(v_learners, cardinality(v_figures));
        INSERT INTO hg_standings_spread (metric, first_figure, before_it, figures)
        SELECT v_metric, v_figures[n.n + 1], n.n, v_figures[n.n + 1:n.n + c_a_row]
        FROM generate_series(0, cardinality(v_figures) - 1, c_a_row) AS n (n)
        WHERE (v_figures[n.n + 1] < v_figures[n.n + 1 + c_a_row]) IS NOT FALSE;

        DELETE FROM hg_standings_top AS t
        WHERE t.metric = v_metric AND t.place > least(c_top, cardinality(v_figures));
        -- Ranks of the first follow from the first alone.
        INSERT INTO hg_standings_top AS t (metric, place, user_id, rank, value)
        SELECT
            v_metric,
            row_number() OVER (ORDER BY f.value DESC, f.user_id),
            f.user_id,
            rank() OVER (ORDER BY f.value DESC),
            f.value
        FROM (
            SELECT s.user_id, hg__standing_value(s, v_metric, p_as_of) AS value
            FROM hg_standings AS s
            WHERE NOT s.excluded
            ORDER BY hg__standing_value(s, v_metric, p_as_of) DESC, s.user_id
            LIMIT c_top
        ) AS f
        ON CONFLICT (metric, place) DO UPDATE
        SET user_id = excluded.user_id, rank = excluded.rank, value = excluded.value
        WHERE (t.user_id, t.rank, t.value)
        IS DISTINCT FROM (excluded.user_id, excluded.rank, excluded.value);
    END LOOP;
    RETURN v_learners;
END
$hg__standings_rank$;

REVOKE ALL ON FUNCTION hg__standings_rank FROM public;
