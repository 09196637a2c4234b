"""hg_class_report: a class's figures are those of its learners, and it stays a page at any size."""

from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

from tests.record.support import Learner
from tests.support.database import as_role, new_learner
from tests.support.users import NO_IDS, NOBODIES

from .learners import HOSTILE, hostile, name, play
from .pages import (
    HTML,
    at,
    class_report,
    figures,
    parse,
    percent,
    rows,
    section,
    text,
    written,
)

PARTS = ["figures", "learners", "streaks", "modules", "heat"]


@pytest.fixture
def group(db: psycopg.Connection) -> list[Learner]:
    """Six learners: four who play, one who stopped, one who never began."""
    made = [play(Learner(db, "3"), n, [6, 3, 2, 1], skill=4 + n) for n in range(4)]
    made.append(play(Learner(db, "3"), 9, [20, 19], skill=9))
    made.append(Learner(db, "3"))
    for place, learner in enumerate(made):
        name(learner, display_name=f"Learner {'FEDCBA'[place]}")
    return made


def ids(learners: list[Learner]) -> list:
    return [learner.id for learner in learners]


def page(learners: list[Learner]):
    return parse(class_report(learners[0].db, user_ids=ids(learners)))


def sums(documents: list[dict], path: str) -> int:
    return sum(at(document, path) for document in documents)


def blocks(document: dict) -> dict:
    return {m: b for m, b in document["modules"].items() if b["progress"]["sessions_completed"]}


# ---------------------------------------------------------------- the figures


def test_the_glance_is_the_sum_of_the_documents(group):
    root = page(group)
    assert [s.get("aria-labelledby") for s in root.iter(f"{HTML}section")] == PARTS
    documents = [learner.call("hg_document") for learner in group]
    questions = sums(documents, "global_stats.total_questions_answered")
    correct = sums(documents, "global_stats.total_correct_answers")
    mastered = [b["progress"]["mastery_level"] for d in documents for b in blocks(d).values()]
    found = figures(section(root, "figures"))
    assert {path: value for path, (value, _) in found.items()} == {
        "class.learners": "6", "class.active": "4", "class.questions": str(questions),
        "class.correct/class.questions": percent(correct, questions),
        "class.mastered": str(sum(mastered)),
        "class.attention": str(len([r for r in marked(root).values() if r != "-"])),
    }  # fmt: skip
    assert all(shown == written(path, value) for path, (value, shown) in found.items())
    assert f"of {len(mastered)} modules tried" in text(section(root, "figures"))


def marked(root) -> dict[str, str]:
    """The mark of each learner, with its reason."""
    return {
        learner: text(list(row.iter(f"{HTML}td"))[-1])
        for learner, row in rows(section(root, "learners"), "data-learner").items()
    }


def test_every_figure_of_a_learner_is_the_document_s(group):
    root = page(group)
    shown = rows(section(root, "learners"), "data-learner")
    by_name = sorted(group, key=lambda learner: -group.index(learner))
    assert list(shown) == [str(learner.id) for learner in by_name]
    for learner in group:
        document, found = learner.call("hg_document"), figures(shown[str(learner.id)])
        last = found.pop("global_stats.activity_date")
        assert last[0] == (document["global_stats"]["activity_date"] or "")
        assert (last[1] == "-") == (last[0] == "")
        mastered = [b["progress"]["mastery_level"] for b in blocks(document).values()]
        assert found.pop("mastered") == (str(sum(mastered)),) * 2
        for path, (value, words) in found.items():
            if "/" in path:
                assert value == percent(*(at(document, part) for part in path.split("/")))
            else:
                assert value == str(at(document, path))
            assert words == written(path, value)
        assert len(found) == 4


def test_who_needs_attention_and_why(group):
    weak, *_, stopped, new = group
    marks = marked(page(group))
    accuracy = percent(weak.stats["total_correct_answers"], weak.stats["total_questions_answered"])
    assert int(accuracy) < 60
    assert marks[str(weak.id)] == f"Look only {accuracy}% correct"
    assert marks[str(stopped.id)] == "Look no session for 19 days"
    assert marks[str(new.id)] == "Look no session yet"
    assert marks[str(group[3].id)] == "-"


@pytest.mark.parametrize(
    ("stats", "reason"),
    [((20, 12, 7), None), ((20, 11, 7), "only 55% correct"), ((19, 0, 0), None),
     ((20, 11, 8), "no session for 8 days; only 55% correct")],
)  # fmt: skip
def test_the_limits_of_attention(db, stats, reason):
    assert db.execute(
        "SELECT hg__report_attention(jsonb_build_object('total_questions_answered', %s::int,"
        " 'total_correct_answers', %s::int, 'activity_date', '2026-05-20'::date - %s::int),"
        " '2026-05-20')",
        stats,
    ).fetchone() == (reason,)


def test_every_cell_of_learner_by_module_is_the_document_s(group):
    heat = section(page(group), "heat")
    assert len(rows(heat, "data-learner")) == 5
    for learner in group[:5]:
        cells = {
            span.get("data-cell"): span
            for span in rows(heat, "data-learner")[str(learner.id)].iter(f"{HTML}span")
            if span.get("data-cell")
        }
        played = blocks(learner.call("hg_document"))
        assert cells.keys() == played.keys()
        for module, block in played.items():
            progress, found = block["progress"], figures(cells[module])
            share = percent(progress["correct_answers"], progress["total_questions_answered"])
            assert found["correct/questions"] == (share, f"{share}%")
            grade = block["grade_level"]
            marks = ["M"] if progress["mastery_level"] else []
            marks += [f"g{grade or 'K'}"] if grade is not None else []
            assert text(cells[module]) == " ".join([f"{share}%", *marks])


def test_modules_from_the_hardest_on(group):
    group[3].run("math_rush_addition", 24, 24)
    found = rows(section(page(group), "modules"), "data-module")
    documents = [blocks(learner.call("hg_document")) for learner in group]
    ratios = []
    for module, row in found.items():
        own = [d[module]["progress"] for d in documents if module in d]
        questions = sum(p["total_questions_answered"] for p in own)
        correct = sum(p["correct_answers"] for p in own)
        values = {path: value for path, (value, _) in figures(row).items()}
        assert values == {
            "correct/questions": percent(correct, questions), "questions": str(questions),
            "learners": str(len(own)), "mastered": str(sum(p["mastery_level"] for p in own)),
        }  # fmt: skip
        assert ("Hard below 80% correct" in text(row)) == (100 * correct < 80 * questions)
        ratios.append(correct / questions)
    assert ratios == sorted(ratios) and found.keys() == {m for d in documents for m in d}
    assert {text(row).endswith("goes well") for row in found.values()} == {True, False}


def test_streaks_about_to_end(group):
    today = group[3]
    today.run("algebra", 5, 5)
    root = page(group)
    shown = rows(section(root, "streaks"), "data-learner")
    at_risk = {
        str(learner.id): learner.call("hg_streak")
        for learner in group if learner.call("hg_streak")["status"] == "at_risk"
    }  # fmt: skip
    assert shown.keys() == at_risk.keys() and len(shown) == 3
    for learner, row in shown.items():
        values = {path: value for path, (value, _) in figures(row).items()}
        assert values == {
            "streak.streak_days": str(at_risk[learner]["streak_days"]),
            "streak.expires_at": at_risk[learner]["expires_at"],
        }
    only = section(page([today]), "streaks")
    assert "Nobody is about to lose a streak" in text(only)


# ---------------------------------------------------------------- size, and odd members


def test_of_more_than_forty_those_who_need_attention_are_shown(db, group):
    fine = [play(Learner(db), n, [2, 1], skill=9, modules=["word_race"]) for n in range(40)]
    everybody = fine + group
    root = page(everybody)
    shown = rows(section(root, "learners"), "data-learner")
    assert len(shown) == 40
    assert {str(group[place].id) for place in (0, 4, 5)} <= shown.keys()
    words = "Shown are 40 of the 46 learners, first those who need attention."
    assert [part for part in PARTS if words in text(section(root, part))] == [
        "learners", "streaks", "heat",
    ]  # fmt: skip
    assert figures(section(root, "figures"))["class.learners"] == ("46", "46")
    word_race = rows(section(root, "modules"), "data-module")["word_race"]
    assert int(figures(word_race)["learners"][0]) >= 40


def test_more_than_a_thousand_are_refused(db):
    made = [
        row for (row,) in db.execute(
            "INSERT INTO users (grade) SELECT '4' FROM generate_series(1, 1001)"
            " RETURNING to_jsonb(id)"
        )
    ]  # fmt: skip
    with pytest.raises(errors.InvalidParameterValue) as caught, db.transaction():
        class_report(db, grades=["4"])
    assert caught.value.diag.message_primary == "invalid argument p_filter"
    assert "more than 1000 learners" in caught.value.diag.message_hint
    root = parse(class_report(db, user_ids=made[:1000]))
    assert figures(section(root, "figures"))["class.learners"] == ("1000", "1,000")
    assert section(root, "heat") is None


def test_learners_named_by_id_are_found_by_it(db, group):
    """Of a large school only the rows of the class are read."""
    db.execute("INSERT INTO users (grade) SELECT '4' FROM generate_series(1, 3000)")
    db.execute("ANALYZE users")

    def scanned() -> int:
        return db.execute("SELECT pg_stat_get_xact_tuples_returned('users'::regclass)").fetchone()[
            0
        ]

    before = scanned()
    page(group)
    assert scanned() - before < 500


def test_a_damaged_document_does_not_stop_a_class(group):
    group[1].tamper({"modules": {"algebra": 5}, "global_stats": []})
    group[2].tamper({"global_stats": {"tokens": 5}})
    marks = marked(page(group))
    for learner in group[1:3]:
        assert marks[str(learner.id)] == "Look the record cannot be read"
    assert len(marks) == 6


def test_a_learner_without_a_document_has_not_begun(group):
    db = group[0].db
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    db.execute("SET LOCAL session_replication_role TO replica")
    db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [group[5].id])
    assert marked(page(group))[str(group[5].id)] == "Look no session yet"


def test_nobody_is_a_page_too(db):
    root = parse(class_report(db, user_ids=list(NOBODIES)))
    assert [s.get("aria-labelledby") for s in root.iter(f"{HTML}section")] == ["start"]


def test_who_has_no_name_is_told_apart_by_id(db):
    learner = Learner(db)
    db.execute("UPDATE users SET username = NULL WHERE id = %s", [learner.id])
    row = rows(page([learner]), "data-learner")[str(learner.id)]
    assert text(row).startswith(f"Learner {learner.id}")


def test_hostile_names_stay_names(db):
    learner = hostile(db)
    found = class_report(db, user_ids=[learner.id])
    assert "<script" not in found
    clean = HOSTILE.replace("\x07", "").replace("\u202e", "")[:20]
    assert text(section(parse(found), "learners")).count(clean) == 1


# ---------------------------------------------------------------- the filter, and who asks


def test_every_key_narrows(group):
    db = group[0].db
    new_learner(db, "7")
    everybody = parse(class_report(db))
    assert figures(section(everybody, "figures"))["class.learners"] == ("7", "7")
    grades = parse(class_report(db, grades=["3"]))
    assert rows(section(grades, "learners"), "data-learner").keys() == set(map(str, ids(group)))
    since = (group[0].noon(10) - timedelta(hours=1)).isoformat()
    recent = parse(class_report(db, active_since=since, user_ids=ids(group)))
    assert rows(section(recent, "learners"), "data-learner").keys() == set(map(str, ids(group[:4])))


BAD = [None, [], {"school": 1}, {"user_ids": 1}, {"grades": [3]}, {"active_since": "infinity"},
       *({"user_ids": [value]} for value in NO_IDS)]  # fmt: skip


@pytest.mark.parametrize("given", BAD, ids=repr)
def test_bad_filters(db, given):
    value = None if given is None else psycopg.types.json.Jsonb(given)
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_class_report(%s)", [value])
    assert caught.value.diag.message_primary == "invalid argument p_filter"


def test_it_is_the_owner_s_to_grant(group):
    db = group[0].db
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        with pytest.raises(errors.InsufficientPrivilege), db.transaction(), as_role(db, role):
            class_report(db)
    db.execute("GRANT EXECUTE ON FUNCTION hg_class_report TO hg_reader")
    with as_role(db, "hg_reader"):
        parse(class_report(db))


def test_while_an_import_is_pending(group):
    group[0].db.execute("UPDATE hg_installation SET state = 'importing'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        class_report(group[0].db)
