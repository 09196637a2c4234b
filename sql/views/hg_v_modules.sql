-- How each module is doing over all learners.
CREATE OR REPLACE VIEW hg_v_modules AS
SELECT
    f.module,
    f.active,
    f.learners,
    f.sessions,
    f.questions,
    f.correct,
    f.mastered,
    f.exact,
    round(100.0 * f.correct / nullif(f.questions, 0), 1) AS accuracy_percent
FROM hg_module_figures() AS f;

COMMENT ON VIEW hg_v_modules IS
'Every module of the catalog over all learners, lifetime. Only the owner may read it; '
'docs/operating.md says how it is granted.';
COMMENT ON COLUMN hg_v_modules.module IS 'hg_modules.module.';
COMMENT ON COLUMN hg_v_modules.active IS 'Whether new activities are taken.';
COMMENT ON COLUMN hg_v_modules.learners IS 'Learners with a session in it.';
COMMENT ON COLUMN hg_v_modules.sessions IS 'Sessions and tests.';
COMMENT ON COLUMN hg_v_modules.questions IS 'Questions answered.';
COMMENT ON COLUMN hg_v_modules.correct IS 'Of those answered correctly.';
COMMENT ON COLUMN hg_v_modules.mastered IS 'Learners who have mastered it.';
COMMENT ON COLUMN hg_v_modules.exact IS
'False where users is larger than 80 MB: then the figures are an estimate from a sample.';
COMMENT ON COLUMN hg_v_modules.accuracy_percent IS
'correct of questions, 0-100; NULL: no questions.';
