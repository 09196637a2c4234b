-- The shapes that documents come in: the plan's name of each, what the import makes of it (merged,
-- mended, missing, archived, kept, ours, quarantined), and a sentence for people.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_shapes()
RETURNS TABLE (place integer, shape text, becomes text, note text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT
        s.place,
        s.shape,
        s.becomes,
        s.note
    FROM (
        VALUES
        (1, 'null', 'missing', 'no document: built from tables and columns alone'),
        (2, 'empty_object', 'missing', 'an empty document: built from tables and columns alone'),
        (3, 'array', 'archived', 'a list instead of a document: counts as missing'),
        (4, 'string', 'archived', 'a text instead of a document: counts as missing'),
        (5, 'number', 'archived', 'a number instead of a document: counts as missing'),
        (6, 'boolean', 'archived', 'true or false instead of a document: counts as missing'),
        (7, 'json_null', 'archived', 'a JSON null instead of a document: counts as missing'),
        (8, 'unreadable', 'quarantined', 'jsonb cannot hold it: the learner waits in quarantine'),
        (9, 'ours', 'ours', 'version 1: a rollback left it, its new keys are taken back'),
        (20, 'without_modules', 'missing', 'no modules: they start anew'),
        (21, 'sections_missing', 'missing', 'global_stats, ai_analytics or cross_module missing'),
        (22, 'sections_no_object', 'archived', 'a section that is no object counts as missing'),
        (23, 'blocks_no_object', 'archived', 'a module that is no object counts as missing'),
        (24, 'progress_no_object', 'archived', 'a progress that is no object counts as missing'),
        (30, 'math_facts_names', 'merged', 'modules named math_facts_...: they are renamed'),
        (31, 'other_old_names', 'merged', 'modules by other old names: they are renamed'),
        (32, 'two_names', 'merged', 'one module by two names: event counters add up'),
        (33, 'math_rush', 'kept', 'an old math_rush: it stays untouched and counts in the sums'),
        (34, 'unknown_modules', 'kept', 'modules the catalog does not know: they stay untouched'),
        (40, 'counters_twice', 'merged', 'event counters at two places: they add up'),
        (41, 'two_grades', 'merged', 'two grades: that of the later of session and assessment'),
        (42, 'grades_differ', 'merged', 'two grades that are not the same'),
        (43, 'good_attempt', 'merged', 'good_attempt beside attempt_good: the former is live'),
        (44, 'root_tables', 'archived', 'tables that crept back into the document'),
        (45, 'totals_against_modules', 'merged', 'totals and modules disagree: the greater'),
        (46, 'totals_against_columns', 'merged', 'totals and columns disagree: the greater'),
        (50, 'mastery_text', 'mended', 'mastery_level as text: true and mastered stay'),
        (51, 'mastery_other', 'mended', 'mastery_level is neither text nor true nor false'),
        (52, 'concepts_array', 'mended', 'concepts as a list: joined'),
        (53, 'concepts_empty', 'mended', 'concepts empty: the catalog''s'),
        (54, 'concepts_other', 'mended', 'concepts of another type: the catalog''s'),
        (55, 'types_odd_dashes', 'mended', 'types_complete with odd dashes: made hyphens'),
        (56, 'types_doubles', 'mended', 'types_complete with doubles: dropped'),
        (57, 'types_unknown', 'archived', 'types_complete with unknown types: archived'),
        (58, 'types_no_list', 'mended', 'types_complete is no list: counts as missing'),
        (59, 'camel_case', 'mended', 'camelCase in AI texts: made snake_case'),
        (60, 'numbers_as_texts', 'mended', 'numbers as texts: read as numbers'),
        (61, 'numbers_with_fractions', 'mended', 'numbers with a fraction: cut'),
        (62, 'numbers_negative', 'mended', 'negative numbers: 0'),
        (63, 'numbers_huge', 'mended', 'numbers above 2147483647: cut'),
        (64, 'numbers_out_of_range', 'mended', 'numbers beyond their range: cut to it'),
        (65, 'values_unreadable', 'mended', 'values that cannot be read: count as missing'),
        (66, 'dates_unreadable', 'mended', 'dates that are none: count as missing')
    ) AS s (place, shape, becomes, note);
END;

REVOKE ALL ON FUNCTION hg__legacy_plan_shapes FROM public;
