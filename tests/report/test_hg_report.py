"""hg_report: every figure on the page is the document's, and nobody's text becomes markup."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.record.support import DAY, Learner, call
from tests.support.database import as_role
from tests.support.users import NOBODY

from . import pages
from .learners import HOSTILE, analysis, busy, hostile, name, play
from .pages import HTML, SVG, figures, outside_rows, parse, percent, report, rows, section, text


def said(learner: Learner) -> dict:
    """What the page may show outside its tables, by path."""
    document = learner.call("hg_document")
    return {
        **{f"global_stats.{key}": value for key, value in document["global_stats"].items()},
        "streak.status": learner.call("hg_streak")["status"],
        "streak.freezes": learner.call("hg_streak")["freezes"],
    }


# ---------------------------------------------------------------- figures


def test_every_figure_at_the_head_is_the_document_s(db):
    learner = busy(db)
    root = parse(report(db, learner.id))
    known = said(learner)
    seen = set()
    for path, value, shown in outside_rows(root):
        if path.startswith("weeks."):
            continue
        if "/" in path:
            part, whole = path.split("/")
            assert value == percent(known[part], known[whole])
        else:
            assert value == str(known[path]), path
        seen.add(path)
        if path != "streak.status":
            assert shown == pages.written(path, value), path
    assert seen == {
        "global_stats.tokens", "global_stats.total_tokens_earned", "global_stats.streak_days",
        "global_stats.longest_streak_days", "global_stats.total_questions_answered",
        "global_stats.total_correct_answers", "global_stats.total_time_spent",
        "global_stats.total_sessions_completed", "streak.status",
        "global_stats.total_correct_answers/global_stats.total_questions_answered",
    }  # fmt: skip


def test_every_figure_of_a_module_is_the_document_s(db):
    learner = busy(db)
    root = parse(report(db, learner.id))
    document = learner.call("hg_document")
    played = {
        module: block
        for module, block in document["modules"].items()
        if block["progress"]["last_played"]
    }
    shown = rows(section(root, "modules"), "data-module")
    assert list(shown) == sorted(
        played, key=lambda m: (-played[m]["progress"]["sessions_completed"], m)
    )
    for module, row in shown.items():
        block, found = played[module], figures(row)
        progress = block["progress"]
        for path, (value, words) in found.items():
            if "/" in path:
                part, whole = (pages.at(block, p) for p in path.split("/"))
                assert value == percent(part, whole)
            else:
                expected = pages.at(block, path)
                assert value == ("" if expected is None else json.dumps(expected)), path
            if path != "progress.mastery_level":
                assert words == pages.written(path, value)
        assert len(found) == 5
        missing = learner.call("hg_explain", p_module=module)["missing"]
        marked = [s for s in row.iter(f"{HTML}span") if s.get("data-missing") is not None]
        assert [text(s) for s in marked] == (["; ".join(missing)] if missing else [])
        assert bool(missing) != progress["mastery_level"]
        assert ("Mastered" in text(row)) == progress["mastery_level"]
        assert progress["concepts"] in text(row)


def test_since_when_and_by_whose_word(db):
    learner = busy(db)
    row = rows(parse(report(db, learner.id)), "data-module")["algebra"]
    assert "by a person's word, on " in text(row)
    master = Learner(db)
    for n in range(1, 4):
        master.run("decimal_defender", 10, 10, at=master.noon(5) + n * DAY)
    row = rows(parse(report(db, master.id)), "data-module")["decimal_defender"]
    assert f"since {master.noon(2):%-d %b %Y}" in text(row)


def test_the_calendar_is_the_streak_s(db):
    learner = busy(db)
    root = parse(report(db, learner.id))
    shown = [
        {"day": cell.get("data-day"), "state": cell.get("data-state")}
        for cell in root.iter(f"{HTML}td") if cell.get("data-day")
    ]  # fmt: skip
    streak = learner.call("hg_streak")
    assert shown == streak["days"]
    states = [day["state"] for day in streak["days"]]
    legend = text(section(root, "streak").find(f".//{HTML}ul"))
    assert f"practised: {states.count('active')}" in legend
    assert f"missed: {states.count('missed')}" in legend and states.count("missed") > 0
    assert "frozen" not in legend and "paused" not in legend
    cell = next(cell for cell in root.iter(f"{HTML}td") if cell.get("data-state") == "missed")
    assert text(cell).endswith("missed") and cell.get("class") == "missed"


def test_every_state_has_its_mark_and_its_word(db):
    marks = db.execute("SELECT s.o_state, s.o_mark, s.o_meaning FROM hg__report_states() AS s")
    found = marks.fetchall()
    assert {state for state, _, _ in found} == {
        "active", "frozen", "paused", "unscheduled", "missed", "open", "before",
    }  # fmt: skip
    assert len({mark for _, mark, _ in found}) == len({word for _, _, word in found}) == 7


def test_the_weeks_are_the_ledger_s(db):
    learner = busy(db)
    root = parse(report(db, learner.id))
    found = figures(section(root, "tokens"))
    expected = db.execute(
        "SELECT date_trunc('week', l.local_day)::date::text, sum(l.tokens_awarded)::text,"
        " count(*) FILTER (WHERE l.run_type <> 'practice')::text,"
        " sum(l.correct) FILTER (WHERE l.run_type <> 'practice'),"
        " sum(l.questions) FILTER (WHERE l.run_type <> 'practice') FROM hg_ledger AS l"
        " WHERE l.user_id = %s AND l.kind = 'activity' AND l.id <> ALL (ARRAY("
        " SELECT (r.details ->> 'activity_id')::uuid FROM hg_ledger AS r"
        " WHERE r.user_id = %s AND r.kind = 'reversal')) GROUP BY 1",
        [learner.id, learner.id],
    ).fetchall()
    assert len(found) == 36
    for week, tokens, sessions, correct, questions in expected:
        assert found[f"weeks.{week}.tokens"][0] == tokens
        assert found[f"weeks.{week}.sessions"][0] == sessions
        assert found[f"weeks.{week}.accuracy"][0] == percent(correct or 0, questions or 0)
    told = {path.split(".")[1] for path, (value, _) in found.items() if value not in ("0", "")}
    assert told == {
        week for week, tokens, sessions, *_ in expected if (tokens, sessions) != ("0", "0")
    }
    bars = list(section(root, "tokens").iter(f"{SVG}rect"))
    highest = max(bars, key=lambda bar: float(bar.get("height")))
    most = max(int(tokens) for _, tokens, *_ in expected)
    assert highest.get("height") != "0" and len(bars) == 12
    above = [text(t) for t in section(root, "tokens").iter(f"{SVG}text")]
    assert str(most) in above


def test_the_moves_are_the_document_s(db):
    learner = busy(db)
    root = parse(report(db, learner.id))
    pairs = learner.call("hg_document")["cross_module_analytics"][
        "learning_patterns_between_modules"
    ]
    shown = rows(section(root, "moves"), "data-pair")
    assert list(shown) == sorted(pairs, key=lambda p: (-pairs[p]["count"], p))
    for pair, row in shown.items():
        assert figures(row) == {
            "count": (str(pairs[pair]["count"]), f"{pairs[pair]['count']:,}"),
            "good/count": (
                percent(pairs[pair]["good"], pairs[pair]["count"]),
                percent(pairs[pair]["good"], pairs[pair]["count"]) + "%",
            ),
        }
    drawing = section(root, "moves").find(f".//{SVG}svg")
    labels = sorted(text(t) for t in drawing.iter(f"{SVG}text") if text(t).endswith("%"))
    assert labels == sorted(figures(row)["good/count"][1] for row in shown.values())
    assert len([p for p in drawing.iter(f"{SVG}path") if p.get("class") == "way"]) == len(pairs)


def test_no_two_ends_of_the_map_stand_at_one_height(db):
    pairs = {f"m{a}>m{b}": {"count": 1 + a, "good": a} for a, b in
             [(0, 1), (1, 0), (0, 2), (2, 0), (3, 0), (0, 3), (4, 5), (5, 4)]}  # fmt: skip
    ends = db.execute("SELECT * FROM hg__report_map_ends(%s)", [Jsonb(pairs)]).fetchall()
    heights = [y for end in ends for y in end[-2:]]
    assert (
        len(set(heights)) == 16
        and min(abs(a - b) for a in heights for b in heights if a != b) >= 12
    )
    assert sorted(end[0] for end in ends) == list(range(1, 9))


def test_grade_k_is_a_grade_and_no_grade_is_a_dash(db):
    learner = play(Learner(db), 3, [1], modules=["addition_facts", "math_rush_addition"])
    learner.test("addition_facts", 6, 6, grade_level=0)
    shown = rows(parse(report(db, learner.id)), "data-module")
    assert figures(shown["addition_facts"])["grade_level"] == ("0", "K")
    assert figures(shown["math_rush_addition"])["grade_level"] == ("", "-")


# ---------------------------------------------------------------- the analysis


def test_without_an_analysis_one_is_worked_out_and_nothing_is_written(db):
    learner = busy(db)
    before = learner.document
    root = parse(report(db, learner.id))
    part = section(root, "analysis")
    assert "Worked out just now from the figures" in text(part)
    assert learner.document == before
    filled = learner.call("hg_fill_analytics_by_rules")
    for list_ in ("strengths", "weaknesses", "areas_for_improvement", "suggested_activities"):
        for item in filled[list_]:
            assert item.replace("_", " ") in text(part)
    again = text(section(parse(report(db, learner.id)), "analysis"))
    assert "Worked out from the figures by fixed rules, " in again
    assert again.split(". ", 1)[1:] == text(part).split(". ", 1)[1:]


@pytest.mark.parametrize(
    ("source", "words"),
    [("openai", "Written by a language model (Well done), its figures checked, 31 Jan 2026."),
     ("legacy", "Taken over from the older application, 31 Jan 2026.")],
)  # fmt: skip
def test_whose_analysis_it_is_and_that_it_is_out_of_date(db, source, words):
    learner = busy(db)
    document = learner.document
    document["ai_analytics"] |= analysis("Well done", source)
    learner.write_document(document)
    part = text(section(parse(report(db, learner.id)), "analysis"))
    assert words in part and "Out of date" in part
    for heading in ("Strengths", "Weaknesses", "Worth working on", "What to do next", "Learning",
                    "Habits"):  # fmt: skip
        assert f"{heading}Well done" in part


def test_what_older_applications_left_is_shown_by_name(db):
    learner = busy(db)
    document = learner.document
    document["ai_analytics"] |= analysis(
        "x", "legacy", learning_patterns={"pace_seen": "steady", "n": 3, "deep": {"a": 1}},
        engagement_analysis={}, strengths=[], stale=False,
    )  # fmt: skip
    learner.write_document(document)
    part = text(section(parse(report(db, learner.id)), "analysis"))
    assert "n: 3 pace seen: steady" in part
    assert "Habits" not in part and "StrengthsWell" not in part
    assert "Out of date" not in part


# ---------------------------------------------------------------- who has played little


def test_a_new_learner_is_welcomed_without_empty_charts(db):
    learner = Learner(db)
    root = parse(report(db, learner.id))
    assert [s.get("aria-labelledby") for s in root.iter(f"{HTML}section")] == ["start"]
    assert not list(root.iter(f"{SVG}svg")) and not list(root.iter(f"{HTML}table"))
    assert "Nothing has been played yet" in text(root) and "Math rush division" in text(root)
    assert figures(root) == {}
    learner.grant(1234)
    assert figures(parse(report(db, learner.id))) == {"global_stats.tokens": ("1234", "1,234")}


def test_practice_alone_has_a_streak_and_no_chart(db):
    learner = Learner(db)
    learner.practise("algebra")
    root = parse(report(db, learner.id))
    shown = [s.get("aria-labelledby") for s in root.iter(f"{HTML}section")]
    assert shown == ["figures", "streak", "modules"]
    row = rows(root, "data-module")["algebra"]
    path = "progress.correct_answers/progress.total_questions_answered"
    assert figures(row)[path] == ("", "-")


def test_one_session_has_no_map(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5)
    root = parse(report(db, learner.id))
    assert section(root, "moves") is None and section(root, "tokens") is not None


def test_a_streak_that_has_ended_reads_zero(db):
    learner = play(Learner(db), 1, [9, 8, 7])
    root = parse(report(db, learner.id))
    assert learner.stats["streak_days"] == 3
    assert figures(section(root, "figures"))["global_stats.streak_days"] == ("0", "0")
    assert "The streak has ended" in text(section(root, "streak"))


def test_when_it_ends_is_told_in_the_learner_s_zone(db):
    learner = Learner(db)
    learner.set_zone("Asia/Kolkata")
    learner.days(1)
    root = parse(report(db, learner.id))
    assert "(Asia/Kolkata)" in text(root.find(f".//{HTML}header"))
    assert ", 00:00." in text(section(root, "streak"))


# ---------------------------------------------------------------- names


def test_which_name_is_shown(db):
    learner = Learner(db)
    db.execute("UPDATE users SET username = NULL WHERE id = %s", [learner.id])
    title = lambda: text(parse(report(db, learner.id)).find(f".//{HTML}h1"))  # noqa: E731
    assert title() == "Progress of Learner"
    name(learner, username="ada.l")
    assert title() == "Progress of ada.l"
    name(learner, display_name="  ")
    assert title() == "Progress of ada.l"
    name(learner, display_name="Ada")
    assert title() == "Progress of Ada"


def test_hostile_texts_stay_texts(db):
    learner = hostile(db)
    page = report(db, learner.id)
    root = parse(page)
    assert "<script" not in page and "\x07" not in page and "\u202e" not in page
    clean = " ".join(HOSTILE.replace("\x07", "").replace("\u202e", "").split())
    assert text(root.find(f".//{HTML}h1/{HTML}bdi")) in clean
    assert text(section(root, "analysis")).count(clean) >= 6
    assert clean in text(rows(root, "data-module")["algebra"])


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40) | st.lists(
    st.sampled_from(["<", ">", "&", '"', "'", "]]>", "<!--", "-->", "&#0;", "\x1f", "\ufffe",
                     "\u202e", "%s", "</style>", "\\", "a"]), max_size=12,
).map("".join)  # fmt: skip


def test_whatever_is_written_the_page_is_well_formed(db):
    learner = hostile(db)

    @given(TEXT)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(written):
        with db.transaction(force_rollback=True):
            document = learner.document
            document["ai_analytics"] |= analysis(written, strengths=[written, 3, None, {"a": [1]}])
            for block in document["modules"].values():
                if "lesson" in block["progress"]:
                    block["progress"]["concepts"] = written
            learner.tamper(document)
            name(learner, display_name=written, username=written)
            root = parse(report(db, learner.id))
            pages.parse(pages.class_report(db, user_ids=[learner.id]))
            assert len(rows(root, "data-module")) == 9

    holds()


# ---------------------------------------------------------------- who asks, and when it cannot


def test_readers_may_and_outsiders_may_not(db):
    learner = busy(db)
    for role in ("hg_app", "hg_reader"):
        with as_role(db, role):
            assert report(db, learner.id).startswith("<!DOCTYPE html>")
    with pytest.raises(errors.InsufficientPrivilege), as_role(db, "hg_ai_worker"):
        report(db, learner.id)


def test_it_reads_only(db):
    learner = busy(db)
    db.execute("SET TRANSACTION READ ONLY")
    parse(report(db, learner.id))
    parse(pages.class_report(db, user_ids=[learner.id]))


def test_refusals(db):
    with pytest.raises(errors.InvalidParameterValue) as caught, db.transaction():
        report(db, None)
    assert caught.value.diag.message_primary == "invalid argument p_user_id"
    with pytest.raises(db.DatabaseError) as unknown, db.transaction():
        report(db, NOBODY)
    assert unknown.value.sqlstate == "LG404"
    learner = busy(db)
    for damaged in ({}, {"global_stats": {}, "modules": {}, "cross_module_analytics": {}}):
        with db.transaction(force_rollback=True):
            learner.tamper(damaged)
            with pytest.raises(db.DatabaseError) as malformed, db.transaction():
                report(db, learner.id)
            assert malformed.value.sqlstate == "LG422", damaged
    document = learner.document
    document["global_stats"]["tokens"] = "many"
    learner.tamper(document)
    with pytest.raises(db.DatabaseError) as malformed, db.transaction():
        report(db, learner.id)
    assert malformed.value.sqlstate == "LG422"
    assert "global_stats.tokens" in malformed.value.diag.message_detail


def test_while_an_import_is_pending(db):
    learner = busy(db)
    db.execute("UPDATE hg_installation SET state = 'importing'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        report(db, learner.id)


@pytest.fixture
def accesses(db):
    """What the log is told of readers while the test runs, which the session is told, too."""
    told = []

    def hear(notice):
        if notice.message_primary.startswith("hg_access "):
            told.append(json.loads(notice.message_primary.removeprefix("hg_access ")))

    db.add_notice_handler(hear)
    db.execute("SET LOCAL client_min_messages TO log")
    yield told
    db.remove_notice_handler(hear)


def test_reading_is_logged_where_that_is_on(db, accesses):
    learner = busy(db)
    report(db, learner.id)
    assert accesses == []
    call(db, "hg_set_setting", p_name="access_log", p_value=Jsonb(True))
    report(db, learner.id)
    pages.class_report(db, user_ids=[learner.id])
    assert [(told["function"], told["user_id"]) for told in accesses] == [
        ("hg_report", learner.id), ("hg_class_report", learner.id),
    ]  # fmt: skip
