-- The parts of the plan in their order (hg__legacy_plan_part), and the key each stands under.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_parts() RETURNS TABLE (part text, key text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT
        p.part,
        p.key
    FROM (
        VALUES
        ('state', 'state'),
        ('concept_mastery', 'tables'), ('subject_mastery', 'tables'),
        ('subject_difficulty_history', 'tables'), ('user_progress', 'tables'),
        ('ai_analytics', 'tables'), ('module_history', 'tables'), ('leaderboard', 'tables'),
        ('recommendations', 'tables'),
        ('users', 'users'), ('merges', 'merges'), ('no_home', 'no_home'),
        ('warnings', 'warnings'), ('limits', 'limits'), ('locks', 'locks'), ('time', 'time'),
        ('space', 'space'), ('next', 'next')
    ) AS p (part, key);
END;

REVOKE ALL ON FUNCTION hg__legacy_plan_parts FROM public;
