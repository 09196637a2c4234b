"""The skeleton, typed out from the page that defines the document."""

GLOBAL_STATS = {
    "tokens": 0, "total_tokens_earned": 0, "total_tokens_spent": 0, "daily_tokens": 0,
    "streak_days": 0, "longest_streak_days": 0, "streak_freezes": 0, "activity_date": None,
    "time_zone": None, "time_zone_next": None, "time_zone_next_from": None,
    "total_questions_answered": 0, "total_correct_answers": 0, "total_sessions_completed": 0,
    "total_time_spent": 0, "daily_time_spent": 0, "daily_engagement_minutes": 0,
    "fastest_category": None, "highest_score_category": None, "last_active": None,
    "last_module": None,
}  # fmt: skip

PROGRESS = {
    "timestamp": None, "mastery_level": False, "mastered_at": None, "mastery_override": None,
    "sessions_completed": 0, "total_questions_answered": 0, "correct_answers": 0,
    "tokens_earned": 0, "time_spent_total": 0, "best_score": 0, "best_time": None,
    "last_played": None, "test_taken": False, "test_rewarded": False, "attempt_good": 0,
    "attempt_bad": 0, "streak_current": 0, "streak_best": 0, "recent_results": "",
    "recent_questions": 0, "recent_correct": 0, "types_complete": [],
}  # fmt: skip

# grade, difficulty, lesson, concepts, current_step
STARTS = {
    "addition_facts": (1, 1, None, "addition", None),
    "subtraction_facts": (1, 1, None, "subtraction", None),
    "multiplication_facts": (2, 2, None, "multiplication", None),
    "division_facts": (3, 3, None, "division", None),
    "math_rush_addition": (None, 2, None, "addition, speed, memorization", 0),
    "math_rush_subtraction": (None, 2, None, "subtraction, speed, memorization", 0),
    "math_rush_multiplication": (None, 2, None, "multiplication, speed, memorization", 0),
    "math_rush_division": (None, 2, None, "division, speed, memorization", 0),
    "fractions_puzzle": (3, 3, None, "fractions, ratios", None),
    "decimal_defender": (4, 3, None, "decimals", None),
    "ratios_proportions": (6, 3, None, "ratios, proportions", None),
    "measurement": (2, 3, 1, "measurement, data analysis", None),
    "algebra": (6, 3, 1, "exponents, algebra", None),
    "word_race": (3, 3, None, "", None),
}

AI_ANALYTICS = {
    "analysis_date": None, "learning_patterns": {}, "strengths": [], "areas_for_improvement": [],
    "engagement_analysis": {}, "suggested_activities": [], "weaknesses": [],
    "datetime_generated": None, "source": None, "model": None, "stale": False,
}  # fmt: skip

CROSS_MODULE = {
    "learning_patterns_between_modules": {}, "module_transition_success_rate": {},
    "preferred_learning_sequence": [], "cross_concept_mastery": {}, "ai_analytics": None,
}  # fmt: skip


def block(module: str) -> dict:
    grade, difficulty, lesson, concepts, step = STARTS[module]
    progress = {
        **PROGRESS, "preferred_difficulty": difficulty, "lesson": lesson, "concepts": concepts,
        "current_step": step,
    }  # fmt: skip
    return {"grade_level": grade, "progress": progress, "ai_analytics": None}


SKELETON = {
    "version": 1,
    "global_stats": GLOBAL_STATS,
    "modules": {module: block(module) for module in STARTS},
    "ai_analytics": AI_ANALYTICS,
    "cross_module_analytics": CROSS_MODULE,
}
