"""The shapes of a document as the plan names them, told again in plain Python."""

import json
from collections import Counter
from decimal import Decimal

from tests.model.catalog import MODULES

from .case import EVENT_COUNTERS, module_named
from .expected import is_readable, of_text
from .reading import exact_number

DASHES = "‐‑‒–—―−"  # noqa: RUF001
WHOLE = {list: "array", str: "string", bool: "boolean", int: "number", Decimal: "number"}
SECTIONS = ("global_stats", "ai_analytics", "cross_module_analytics")
ROOT_TABLES = ("concept_mastery", "subject_mastery", "user_progress")
TOTALS = {
    "total_tokens_earned": "tokens_earned",
    "total_questions_answered": "total_questions_answered",
    "total_correct_answers": "correct_answers",
}
# What the oracle notes of a value, and the plan's name of it.
REPAIRS = {
    "text": "numbers_as_texts", "fraction": "numbers_with_fractions",
    "negative": "numbers_negative", "too_large": "numbers_huge", "range": "numbers_out_of_range",
    "unreadable": "values_unreadable", "no_date": "dates_unreadable",
}  # fmt: skip


def shapes_of(text: str | None) -> set[str]:
    """The shapes of a document, those of single values aside."""
    if text is None:
        return {"null"}
    if not is_readable(text):
        return {"unreadable"}
    document = json.loads(text, parse_float=Decimal)
    if document is None:
        return {"json_null"}
    if not isinstance(document, dict):
        return {WHOLE[type(document)]}
    if not document:
        return {"empty_object"}
    modules = document.get("modules")
    found = shapes_of_root(document) | shapes_of_names(object_of(modules))
    for name, block in object_of(modules).items():
        if module_named(name):
            found |= shapes_of_block(module_named(name), block)
    for total, counter in TOTALS.items():
        value = object_of(document.get("global_stats")).get(total)
        if value is not None and str_of(value) != str(sum_of(object_of(modules), counter)):
            found.add("totals_against_modules")
    return found


def object_of(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def str_of(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str).strip('"')


def count_of(value: object) -> int:
    exact = exact_number(value)
    return 0 if exact is None else min(max(int(exact), 0), 2147483647)


def sum_of(modules: dict, counter: str) -> int:
    return sum(
        count_of(place.get(counter))
        for block in map(object_of, modules.values())
        for place in (block, object_of(block.get("progress")))
    )


def shapes_of_root(document: dict) -> set[str]:
    sections = [document.get(name) for name in SECTIONS]
    all_sections = [*sections, document.get("modules")]
    said = {
        "ours": str(document.get("version")) == "1" and document["version"] != "1",
        "without_modules": document.get("modules") is None,
        "sections_missing": None in sections,
        "sections_no_object": any(not isinstance(s, dict | None) for s in all_sections),
        "root_tables": any(name in document for name in ROOT_TABLES),
        "camel_case": any(map(has_camel_case, texts_of(document))),
    }
    return {name for name, holds in said.items() if holds}


def texts_of(document: dict) -> list[object]:
    """The AI texts whose keys become snake_case."""
    sections = [
        document.get("ai_analytics"),
        object_of(document.get("cross_module_analytics")).get("ai_analytics"),
        *(
            object_of(block).get("ai_analytics")
            for block in object_of(document.get("modules")).values()
        ),
    ]
    return [
        object_of(section).get(key)
        for section in sections
        for key in ("learning_patterns", "engagement_analysis")
    ]


def has_camel_case(value: object) -> bool:
    if isinstance(value, list):
        return any(map(has_camel_case, value))
    if isinstance(value, dict):
        return any(
            any("A" <= letter <= "Z" for letter in key) or has_camel_case(item)
            for key, item in value.items()
        )
    return False


def shapes_of_names(modules: dict) -> set[str]:
    known = {name: module_named(name) for name in modules}
    old = [name for name, module in known.items() if module not in (None, name)]
    objects = Counter(known[name] for name in modules if isinstance(modules[name], dict))
    unknown = [name for name, module in known.items() if module is None]
    said = {
        "math_facts_names": any(name[:11] in ("math_facts_", "math-facts-") for name in old),
        "other_old_names": any(name[:11] not in ("math_facts_", "math-facts-") for name in old),
        "two_names": any(n > 1 for module, n in objects.items() if module),
        "math_rush": "math_rush" in unknown,
        "unknown_modules": any(name != "math_rush" for name in unknown),
    }
    return {name for name, holds in said.items() if holds}


def shapes_of_block(module: str, block: object) -> set[str]:
    if not isinstance(block, dict):
        return set() if block is None else {"blocks_no_object"}
    found = set()
    if not isinstance(block.get("progress"), dict | None):
        found.add("progress_no_object")
    progress = object_of(block.get("progress"))
    types = MODULES[module].types
    grades = [block.get("grade_level"), progress.get("grade_level")]
    mastery, concepts = progress.get("mastery_level"), progress.get("concepts")
    complete = progress.get("types_complete")
    names = [i.translate(dict.fromkeys(map(ord, DASHES), "-")) for i in strings(complete)]
    said = {
        "counters_twice": any(
            min(count_of(block.get(c)), count_of(progress.get(c))) > 0 for c in EVENT_COUNTERS
        ),
        "two_grades": None not in grades,
        "grades_differ": None not in grades and not same(*grades),
        "good_attempt": bool(types)
        and bool({"good_attempt", "bad_attempt"} & progress.keys())
        and bool({"attempt_good", "attempt_bad"} & progress.keys()),
        "mastery_text": isinstance(mastery, str),
        "mastery_other": not isinstance(mastery, str | bool | None),
        "concepts_array": isinstance(concepts, list) and concepts != [],
        "concepts_empty": concepts == [] or (isinstance(concepts, str) and not concepts.strip(" ")),
        "concepts_other": not isinstance(concepts, str | list | None),
        "types_odd_dashes": isinstance(complete, list)
        and any(dash in json.dumps(complete, ensure_ascii=False) for dash in DASHES),
        "types_doubles": len(names) > len(set(names)),
        "types_unknown": isinstance(complete, list)
        and (len(strings(complete)) < len(complete) or not set(names) <= set(types)),
        "types_no_list": not isinstance(complete, list | None),
    }
    return found | {name for name, holds in said.items() if holds}


def same(one: object, two: object) -> bool:
    return type(one) is type(two) and one == two


def strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def odd_values(source: dict, text: str | None, at: object) -> set[str]:
    """The shapes of single values in global_stats and modules, as the oracle's archive tells."""
    found = set()
    for entry in of_text(source, text, at).archive:
        path = entry.reason.partition(": ")[2]
        in_texts = path.endswith("ai_analytics") or "ai_analytics." in path
        if path.startswith(("global_stats.", "modules.")) and not in_texts:
            found.add(REPAIRS.get(entry.category, ""))
    return found - {""}


def blocks_in_use(text: str | None) -> list[tuple[str, str]]:
    """The modules of a document in which something was counted, each as name and JSON."""
    if text is None or not is_readable(text):
        return []
    modules = object_of(object_of(json.loads(text, parse_float=Decimal)).get("modules"))
    return [
        (name, json.dumps(block, sort_keys=True, default=lambda n: str(n.normalize())))
        for name, block in modules.items()
        if any(sum_of({name: block}, counter) for counter in EVENT_COUNTERS)
    ]
