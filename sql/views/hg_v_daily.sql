-- What was practised on each of the last days.
CREATE OR REPLACE VIEW hg_v_daily AS
SELECT
    f.local_day,
    f.sessions,
    f.learners,
    f.questions,
    f.correct,
    f.seconds,
    f.tokens,
    round(100.0 * f.correct / nullif(f.questions, 0), 1) AS accuracy_percent
FROM hg_daily_figures() AS f;

COMMENT ON VIEW hg_v_daily IS
'The last 7 local days, a row for each on which somebody practised; activities that were reversed '
'are left out. Only the owner may read it; docs/operating.md says how it is granted.';
COMMENT ON COLUMN hg_v_daily.local_day IS 'The learners'' own day.';
COMMENT ON COLUMN hg_v_daily.sessions IS 'Sessions, tests and practice runs.';
COMMENT ON COLUMN hg_v_daily.learners IS 'Learners who had one at least.';
COMMENT ON COLUMN hg_v_daily.questions IS 'Questions answered.';
COMMENT ON COLUMN hg_v_daily.correct IS 'Of those answered correctly.';
COMMENT ON COLUMN hg_v_daily.seconds IS 'Time spent, seconds, as far as it was measured.';
COMMENT ON COLUMN hg_v_daily.tokens IS 'Tokens paid.';
COMMENT ON COLUMN hg_v_daily.accuracy_percent IS 'correct of questions, 0-100; NULL: no questions.';
