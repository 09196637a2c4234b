-- The rows leave with their tables (0003); here only the defaults go, once nothing refers to them.
DELETE FROM hg_settings;
DELETE FROM hg_modules;
