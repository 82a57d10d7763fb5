/** Why a calendar cannot be read; each is a sentence, `feeds.problems.not_calendar`. */
export type CalendarProblem =
  | 'not_calendar'
  /** Something repeats every second or minute. */
  | 'too_often'
  /** It repeats so much that nobody can follow, or takes too long. */
  | 'too_complex'

export class UnreadableCalendar extends Error {
  override readonly name = 'UnreadableCalendar'
  readonly problem: CalendarProblem

  constructor(problem: CalendarProblem) {
    super(problem)
    this.problem = problem
  }
}
