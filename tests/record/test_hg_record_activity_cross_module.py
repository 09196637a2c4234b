"""hg_record_activity: pairs of modules, what is derived of them, the best categories."""

import pytest

from .support import DAY, HOUR, MINUTE, add_module, set_setting


def pairs(learner) -> dict:
    return learner.cross["learning_patterns_between_modules"]


def counts(learner) -> dict:
    return {name: pair["count"] for name, pair in pairs(learner).items()}


def play(learner, modules, at=None, questions=10, correct=10):
    """A session in each module, minutes apart, on one day."""
    at = at or learner.noon(5)
    for n, module in enumerate(modules):
        learner.run(module, questions, correct, at=at + n * MINUTE)


# ---------------------------------------------------------------- pairs


def test_a_pair_counts_sessions_good_ones_questions_and_correct(learner):
    at = learner.noon(5)
    for n, (module, questions, correct) in enumerate(
        [("algebra", 5, 5), ("word_race", 10, 8), ("algebra", 5, 1), ("word_race", 7, 0),
         ("algebra", 4, 4), ("word_race", 1, 1)]
    ):  # fmt: skip
        learner.run(module, questions, correct, at=at + n * MINUTE)
    assert pairs(learner) == {
        "algebra>word_race": {"count": 3, "good": 2, "questions": 18, "correct": 9},
        "word_race>algebra": {"count": 2, "good": 0, "questions": 9, "correct": 5},
    }


def test_the_same_module_again_is_no_pair(learner):
    play(learner, ["algebra", "algebra", "algebra"])
    assert pairs(learner) == {}


def test_the_first_session_is_no_pair(learner):
    play(learner, ["algebra"])
    assert pairs(learner) == {}


def test_pairs_cross_days(learner):
    play(learner, ["algebra"], learner.noon(9))
    play(learner, ["word_race"], learner.noon(3))
    assert counts(learner) == {"algebra>word_race": 1}


def test_tests_make_pairs_practices_do_not(learner):
    at = learner.noon(5)
    learner.test("algebra", 5, 5, at=at)
    learner.practise("word_race", at=at + MINUTE)
    learner.test("measurement", 5, 5, at=at + 2 * MINUTE)
    assert counts(learner) == {"algebra>measurement": 1}


def test_a_late_arrival_takes_its_place_between_two(learner):
    at = learner.noon(5)
    learner.run("algebra", 5, 5, at=at)
    learner.run("word_race", 10, 5, at=at + 2 * HOUR)
    learner.run("measurement", 5, 4, at=at + HOUR)
    assert pairs(learner) == {
        "algebra>measurement": {"count": 1, "good": 1, "questions": 5, "correct": 4},
        "measurement>word_race": {"count": 1, "good": 0, "questions": 10, "correct": 5},
    }


EIGHT = ["addition_facts", "subtraction_facts", "multiplication_facts", "division_facts",
         "algebra", "measurement", "word_race", "decimal_defender", "fractions_puzzle"]  # fmt: skip


def test_at_most_eight_pairs_are_kept(learner):
    play(learner, EIGHT)
    assert len(pairs(learner)) == 8
    play(learner, ["ratios_proportions", "algebra", "word_race"], learner.noon(4))
    assert len(pairs(learner)) == 8


def test_the_pair_with_the_smallest_count_leaves_for_a_ninth(learner):
    circle = EIGHT[:8]
    # Once around, and once more but for the last two steps: algebra>measurement ... count 2.
    play(learner, [*circle, *circle[:5]])
    assert counts(learner) == {
        "addition_facts>subtraction_facts": 2, "subtraction_facts>multiplication_facts": 2,
        "multiplication_facts>division_facts": 2, "division_facts>algebra": 2,
        "algebra>measurement": 1, "measurement>word_race": 1, "word_race>decimal_defender": 1,
        "decimal_defender>addition_facts": 1,
    }  # fmt: skip
    play(learner, ["measurement", "word_race", "decimal_defender", "word_race"], learner.noon(4))
    # Of the pair of count 1 nothing is left: decimal_defender>addition_facts.
    assert counts(learner) == {
        "addition_facts>subtraction_facts": 2, "subtraction_facts>multiplication_facts": 2,
        "multiplication_facts>division_facts": 2, "division_facts>algebra": 2,
        "algebra>measurement": 2, "measurement>word_race": 2, "word_race>decimal_defender": 2,
        "decimal_defender>word_race": 1,
    }  # fmt: skip


def test_of_equal_counts_the_alphabetically_last_leaves(learner):
    play(learner, EIGHT)
    assert set(counts(learner).values()) == {1}
    play(learner, ["ratios_proportions"], learner.noon(4))
    kept = set(counts(learner))
    assert "word_race>decimal_defender" not in kept
    assert "fractions_puzzle>ratios_proportions" in kept
    assert len(kept) == 8


def test_the_newcomer_itself_never_leaves(learner):
    """It is the eight already kept of which one leaves, also where all of them count more."""
    circle = EIGHT[:8]
    play(learner, [*circle, *circle, circle[0]])
    assert set(counts(learner).values()) == {2}
    assert len(counts(learner)) == 8
    play(learner, ["ratios_proportions"], learner.noon(4))
    after = counts(learner)
    assert after["addition_facts>ratios_proportions"] == 1
    assert "word_race>decimal_defender" not in after
    assert len(after) == 8


def test_its_counts_leave_with_it(learner):
    play(learner, EIGHT)
    play(learner, ["ratios_proportions"], learner.noon(4))
    # word_race>decimal_defender left; it comes back from nothing.
    play(learner, ["word_race", "decimal_defender"], learner.noon(3))
    assert pairs(learner)["word_race>decimal_defender"]["count"] == 1


# ---------------------------------------------------------------- derived figures


def derived(learner) -> tuple:
    cross = learner.cross
    return (
        cross["module_transition_success_rate"], cross["preferred_learning_sequence"],
        cross["cross_concept_mastery"],
    )  # fmt: skip


def test_they_are_stored_as_of_the_days_first_activity(learner):
    at = learner.noon(5)
    learner.run("algebra", 5, 4, at=at)
    first = derived(learner)
    assert first == (
        {}, ["algebra"],
        {"exponents": {"accuracy": 0.8, "mastered": False},
         "algebra": {"accuracy": 0.8, "mastered": False}},
    )  # fmt: skip
    learner.run("word_race", 10, 10, at=at + HOUR)
    learner.run("algebra", 5, 0, at=at + 2 * HOUR)
    assert derived(learner) == first, "not before the next day"
    learner.run("word_race", 3, 1, at=at + DAY)
    rates, sequence, concepts = derived(learner)
    assert rates == {"algebra>word_race": 0.5, "word_race>algebra": 0}
    assert sequence == ["algebra", "word_race"]
    assert concepts == {
        "exponents": {"accuracy": 0.4, "mastered": False},
        "algebra": {"accuracy": 0.4, "mastered": False},
    }


def test_the_days_first_activity_may_be_a_practice(learner):
    learner.run("algebra", 5, 5, at=learner.noon(5))
    learner.run("word_race", 10, 10, at=learner.noon(5) + HOUR)
    learner.practise("algebra", at=learner.noon(4))
    assert derived(learner)[0] == {"algebra>word_race": 1}


def test_a_late_arrival_may_become_the_days_first(learner):
    at = learner.noon(5)
    learner.run("algebra", 5, 5, at=at)
    learner.run("word_race", 10, 10, at=at + HOUR)
    learner.run("measurement", 5, 0, at=at - HOUR)
    assert derived(learner)[1] == ["measurement"]
    assert derived(learner)[2].keys() == {"measurement", "data analysis"}


def test_rates_are_exact_to_4_decimals_halves_away_from_zero(learner):
    at = learner.noon(5)
    for n in range(3):
        learner.run("algebra", 5, 5, at=at + 2 * n * MINUTE)
        learner.run("word_race", 10, 10 if n < 2 else 0, at=at + (2 * n + 1) * MINUTE)
    learner.practise("algebra", at=at + DAY)
    assert derived(learner)[0] == {"algebra>word_race": 0.6667, "word_race>algebra": 1}


@pytest.mark.parametrize(
    ("questions", "correct", "ratio"),
    [(3, 1, 0.3333), (3, 2, 0.6667), (16, 1, 0.0625), (32, 1, 0.0313), (32, 3, 0.0938),
     (800, 101, 0.1263), (7, 7, 1), (7, 0, 0)],
)  # fmt: skip
def test_accuracies_are_rounded_the_same_way(learner, questions, correct, ratio):
    learner.run("decimal_defender", questions, correct, at=learner.noon(5))
    assert derived(learner)[2] == {
        "decimals": {"accuracy": ratio, "mastered": questions >= 30 and ratio >= 0.8}
    }


def test_the_sequence_starts_at_the_module_with_most_sessions(learner):
    play(learner, ["algebra", "measurement", "measurement", "measurement", "word_race", "algebra"])
    learner.practise("algebra", at=learner.noon(4))
    # measurement 3, then >word_race, then >algebra
    assert derived(learner)[1] == ["measurement", "word_race", "algebra"]


def test_the_sequence_follows_the_highest_count_to_a_module_not_yet_in_it(learner):
    play(learner, ["algebra", "word_race", "algebra", "word_race", "algebra", "measurement",
                   "algebra", "algebra"])  # fmt: skip
    learner.practise("algebra", at=learner.noon(4))
    assert derived(learner)[1] == ["algebra", "word_race"], "word_race leads back only"


def test_ties_of_the_sequence_are_alphabetical(learner):
    play(learner, ["word_race", "measurement", "word_race", "algebra", "word_race", "measurement",
                   "algebra", "measurement", "algebra"])  # fmt: skip
    # 3 sessions each: algebra begins; algebra>measurement 1, algebra>word_race 1
    learner.practise("algebra", at=learner.noon(4))
    assert derived(learner)[1] == ["algebra", "measurement", "word_race"]


def test_concepts_are_pooled_over_the_modules_with_sessions_that_teach_them(learner):
    at = learner.noon(5)
    learner.run("fractions_puzzle", 30, 24, at=at)
    learner.run("ratios_proportions", 10, 0, at=at + HOUR)
    learner.practise("addition_facts", at=at + 2 * HOUR)
    learner.practise("word_race", at=at + DAY)
    assert derived(learner)[2] == {
        "fractions": {"accuracy": 0.8, "mastered": True},
        "ratios": {"accuracy": 0.6, "mastered": False},
        "proportions": {"accuracy": 0, "mastered": False},
    }


def test_a_concept_is_mastered_when_every_module_with_sessions_is(learner):
    at = learner.noon(5)
    learner.run("fractions_puzzle", 30, 24, at=at)
    learner.run("ratios_proportions", 30, 30, at=at + HOUR)
    learner.practise("word_race", at=at + DAY)
    assert derived(learner)[2]["ratios"] == {"accuracy": 0.9, "mastered": True}


def test_an_override_counts_for_the_concepts_mastery(learner):
    learner.run("fractions_puzzle", 30, 24, at=learner.noon(5))
    learner.set_mastery("fractions_puzzle", False)
    learner.practise("word_race")
    assert derived(learner)[2]["fractions"]["mastered"] is False


def test_a_module_without_concepts_teaches_nothing(learner):
    learner.run("word_race", 10, 10, at=learner.noon(5))
    assert derived(learner) == ({}, ["word_race"], {})


def test_concepts_are_those_of_the_block(db, learner):
    learner.write(modules__word_race__progress__concepts="words, speed reading")
    learner.run("word_race", 10, 5)
    assert derived(learner)[2].keys() == {"words", "speed reading"}


# ---------------------------------------------------------------- categories


def best(learner) -> tuple:
    stats = learner.stats
    return stats["fastest_category"], stats["highest_score_category"]


def test_the_best_categories_want_10_questions(learner):
    learner.run("word_race", 9, 9, 1)
    assert best(learner) == (None, None)
    learner.run("word_race", 1, 1, 1)
    assert best(learner) == ("word_race", "word_race")


def test_fastest_is_the_least_time_per_question(learner):
    learner.run("word_race", 10, 0, 50)
    learner.run("algebra", 20, 0, 80)
    assert best(learner)[0] == "algebra"
    learner.run("algebra", 10, 0, 80)
    assert best(learner)[0] == "word_race"


def test_without_time_no_module_is_fastest(learner):
    learner.run("word_race", 10, 10)
    assert best(learner) == (None, "word_race")
    learner.run("algebra", 10, 0, 900)
    assert best(learner) == ("algebra", "word_race")


def test_highest_score_is_the_best_accuracy(learner):
    learner.run("word_race", 10, 8)
    learner.run("algebra", 20, 17)
    assert best(learner)[1] == "algebra"
    learner.run("algebra", 10, 0)
    assert best(learner)[1] == "word_race"


@pytest.mark.parametrize("order", [("algebra", "word_race"), ("word_race", "algebra")])
def test_ties_of_both_are_alphabetical(learner, order):
    for module in order:
        learner.run(module, 20, 16, 40)
    assert best(learner) == ("algebra", "algebra")
    learner.run("addition_facts", 10, 8, 20)
    assert best(learner) == ("addition_facts", "addition_facts")


def test_ratios_are_compared_exactly(learner):
    learner.run("word_race", 999, 998, 86400)
    learner.run("algebra", 998, 997, 86314)
    # 998/999 > 997/998; 86400/999 < 86314/998
    assert best(learner) == ("word_race", "word_race")


def test_practices_count_for_no_category(learner):
    learner.practise("word_race", 100, 100, seconds=10)
    assert best(learner) == (None, None)


def test_tests_count_for_the_categories(learner):
    learner.test("word_race", 10, 10, seconds=10)
    assert best(learner) == ("word_race", "word_race")


def test_a_reset_takes_a_module_out_of_the_categories(learner):
    learner.run("word_race", 10, 10, 10)
    learner.run("algebra", 10, 5, 100)
    learner.reset("word_race")
    learner.run("measurement", 1, 1)
    assert best(learner) == ("algebra", "algebra")


def test_a_module_of_ones_own_takes_part(db, new):
    set_setting(db, "late_window_days", 30)
    add_module(db, "aaa_first", concepts="letters")
    learner = new()
    learner.run("algebra", 10, 10, 10, at=learner.noon(5))
    learner.run("aaa_first", 10, 10, 10, at=learner.noon(5) + HOUR)
    assert best(learner) == ("aaa_first", "aaa_first")
    assert counts(learner) == {"algebra>aaa_first": 1}
