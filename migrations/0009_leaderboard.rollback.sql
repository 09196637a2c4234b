DROP INDEX IF EXISTS hg_ledger_by_recording;
DROP TABLE IF EXISTS hg_standings_marks;
DROP TABLE IF EXISTS hg_standings_spread;
DROP TABLE IF EXISTS hg_standings_top;
DROP TABLE IF EXISTS hg_standings_due;
DROP TABLE IF EXISTS hg_standings;
