DROP TABLE IF EXISTS hg_rules;
DROP TABLE IF EXISTS hg_rule_versions;
DROP TABLE IF EXISTS hg_settings;
DROP TABLE IF EXISTS hg_modules;
