-- Operating: what was loaded, what settings were shipped with, and a way to the newest rows.
ALTER TABLE hg_installation ADD COLUMN IF NOT EXISTS function_digests text[];

COMMENT ON COLUMN hg_installation.function_digests IS
'A digest of each of functions as it was loaded, in their order; NULL: not taken.';

ALTER TABLE hg_settings ADD COLUMN IF NOT EXISTS shipped jsonb;

COMMENT ON COLUMN hg_settings.shipped IS
'The value it was shipped with; NULL: not known.';

-- Triggers of an earlier version would make a version of the rules of it.
ALTER TABLE hg_settings DISABLE TRIGGER USER;

-- Whoever has changed a setting since did so in a version after the first, which named them all.
UPDATE hg_settings AS s
SET
    shipped = coalesce(
        (
            SELECT v.change #> ARRAY['settings', s.name]
            FROM hg_rule_versions AS v
            WHERE v.change -> 'settings' ? s.name
            ORDER BY v.version
            LIMIT 1
        ),
        s.value
    )
WHERE s.shipped IS NULL;

ALTER TABLE hg_settings ENABLE TRIGGER USER;

-- The rows of the last days, for figures by day: ranges are summed up once they are full, so that
-- the row of an activity changes nothing here.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS hg_ledger_by_instant ON hg_ledger
USING brin (recorded_at) WITH (autosummarize = on);
