-- The blocks of all modules of the catalog made of the old document's "modules": every active one,
-- and those no longer active that it has. o_unknown are the others, untouched; o_totals the sums
-- over all of them: sessions, questions, correct answers, tokens, seconds.
-- p_ours: a rollback left the document, and what it says of when a module was played and of tests
-- stands. p_active are the active modules; p_played: module -> its last instant in module_history;
-- p_difficulties: module -> [level, place].
-- Writes: nothing. Calls: hg__legacy_renamed, hg__object, hg__legacy_instant, hg__legacy_fresh,
-- hg__legacy_sound_blocks, hg__legacy_blocks, hg__legacy_unknown_sums. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_modules(
    p_modules jsonb, p_ours boolean, p_active text[], p_played jsonb, p_difficulties jsonb,
    p_user_id text, p_user_grade smallint, p_at timestamptz, p_rules_version integer,
    OUT o_blocks jsonb, OUT o_unknown jsonb, OUT o_totals integer[], OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_modules$
DECLARE
    v_old record;
    v_at jsonb := p_played;
    v_fresh jsonb;
    v_played text[];
    v_sound record;
    v_new record;
    v_unknown bigint[];
BEGIN
    v_old := hg__legacy_renamed(p_modules, p_active, p_user_id, p_rules_version);
    IF p_ours THEN
        v_at := p_played - ARRAY(
            SELECT b.key
            FROM jsonb_each(v_old.o_blocks) AS b
            CROSS JOIN LATERAL (SELECT hg__object(b.value -> 'progress') -> 'last_played') AS l (at)
            WHERE l.at = 'null' OR hg__legacy_instant(l.at) IS NOT NULL
        );
    END IF;
    SELECT f.o_blocks, f.o_rest INTO v_fresh, v_played
    FROM hg__legacy_fresh(
        v_old.o_blocks, v_old.o_more, v_at, p_difficulties, p_user_grade, p_rules_version
    ) AS f;
    v_sound := hg__legacy_sound_blocks(
        v_old.o_blocks, v_old.o_names, v_old.o_more, v_played, p_user_id, p_rules_version
    );
    v_new := hg__legacy_blocks(
        v_sound.o_blocks, v_old.o_more, p_ours, v_played, v_at, p_difficulties, p_user_grade,
        p_at, p_rules_version
    );
    o_blocks := v_fresh || v_new.o_blocks;
    o_unknown := v_old.o_unknown;
    v_unknown := hg__legacy_unknown_sums(o_unknown);
    FOR v_sum IN 1 .. 5 LOOP
        o_totals[v_sum] := least(v_new.o_sums[v_sum] + v_unknown[v_sum], 2147483647);
    END LOOP;
    o_repairs := v_old.o_repairs || v_sound.o_repairs;
END
$hg__legacy_modules$;

REVOKE ALL ON FUNCTION hg__legacy_modules FROM public;
