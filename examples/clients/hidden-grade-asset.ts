// What the functions return and the column holds, for TypeScript. Meanings: docs/document.md,
// docs/api.md. A test compiles real documents and receipts against these.

/** UTC, "2026-11-22T09:03:31Z". */
export type Instant = string;
/** "2026-11-22". */
export type Day = string;

/** The receipt of hg_record_activity. Its figures are the document's after the call. */
export interface Receipt {
  activity_id: string;
  replayed: boolean;
  module: string;
  run_type: "token_run" | "test" | "practice";
  occurred_at: Instant;
  local_day: Day;
  score: number;
  good: boolean | null;
  tokens_awarded: number;
  tokens_requested: number;
  capped_by: "daily_token_cap" | "range" | null;
  tokens: number;
  daily_tokens: number;
  streak_days: number;
  streak: "started" | "extended" | "unchanged" | "frozen" | "restarted";
  grade_level: number | null;
  level_change: -1 | 0 | 1;
  mastery_level: boolean;
  mastery_changed: boolean;
  preferred_difficulty: number;
  warnings: ("clock_ahead" | "late" | "too_late")[];
  /** Only where the activity has been taken back since. */
  reversed?: true;
}

/** The receipt of hg_spend_tokens. */
export interface Paid {
  id: string;
  kind: "spend";
  amount: number;
  reason: string;
  replayed: boolean;
  tokens: number;
  total_tokens_earned: number;
  total_tokens_spent: number;
}

/** What hg_streak returns; days are the last 60, oldest first. */
export interface Streak {
  streak_days: number;
  longest_streak_days: number;
  status: "none" | "done_today" | "broken" | "frozen" | "resting" | "at_risk";
  expires_at: Instant | null;
  freezes: number;
  days: {
    day: Day;
    state: "active" | "frozen" | "paused" | "unscheduled" | "missed" | "open" | "before";
  }[];
}

export interface GlobalStats {
  tokens: number;
  total_tokens_earned: number;
  total_tokens_spent: number;
  daily_tokens: number;
  streak_days: number;
  longest_streak_days: number;
  streak_freezes: number;
  activity_date: Day | null;
  time_zone: string | null;
  time_zone_next: string | null;
  time_zone_next_from: Instant | null;
  total_questions_answered: number;
  total_correct_answers: number;
  total_sessions_completed: number;
  total_time_spent: number;
  daily_time_spent: number;
  daily_engagement_minutes: number;
  fastest_category: string | null;
  highest_score_category: string | null;
  last_active: Instant | null;
  last_module: string | null;
}

export interface Progress {
  timestamp: Instant | null;
  concepts: string;
  preferred_difficulty: number;
  mastery_level: boolean;
  mastered_at: Instant | null;
  mastery_override: { value: boolean; by: string; at: Instant; reason: string } | null;
  sessions_completed: number;
  total_questions_answered: number;
  correct_answers: number;
  tokens_earned: number;
  time_spent_total: number;
  best_score: number;
  best_time: number | null;
  last_played: Instant | null;
  test_taken: boolean;
  test_rewarded: boolean;
  attempt_good: number;
  attempt_bad: number;
  lesson: number | null;
  streak_current: number;
  streak_best: number;
  recent_results: string;
  recent_questions: number;
  recent_correct: number;
  types_complete: string[];
  current_step: number | null;
}

/** A section of an older application may hold other keys in its two objects. */
export interface AiAnalytics {
  analysis_date: Day | Instant | null;
  learning_patterns: { summary?: string; figures?: Record<string, number> };
  strengths: string[];
  areas_for_improvement: string[];
  engagement_analysis: { summary?: string; figures?: Record<string, number> };
  suggested_activities: string[];
  weaknesses: string[];
  datetime_generated: Instant | null;
  source: "openai" | "rules" | "legacy" | null;
  model: string | null;
  stale: boolean;
}

export interface ModuleBlock {
  grade_level: number | null;
  progress: Progress;
  ai_analytics: AiAnalytics | null;
}

export interface HiddenGradeAsset {
  version: 1;
  global_stats: GlobalStats;
  modules: Record<string, ModuleBlock>;
  ai_analytics: AiAnalytics;
  cross_module_analytics: {
    /** The keys are pairs, "addition_facts>measurement". hg_document adds lift. */
    learning_patterns_between_modules: Record<
      string,
      { count: number; good: number; questions: number; correct: number; lift?: number }
    >;
    module_transition_success_rate: Record<string, number>;
    preferred_learning_sequence: string[];
    cross_concept_mastery: Record<string, { accuracy: number; mastered: boolean }>;
    ai_analytics: AiAnalytics | null;
  };
}
