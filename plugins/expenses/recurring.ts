import { action, notFound, refuse, time } from '@patchbay/core'
import type { Working } from '@patchbay/core'
import type { Recurrence } from './contract.ts'
import { theirs } from './entering.ts'
import { ExpenseIdForm, RepeatForm } from './forms.ts'
import { addRecurrence, copyOf, dueRecurrences, moveOn, stopRecurrence } from './recurring-queries.ts'

/** An expense comes back every month, quarter or year from now on: drafts are made as copies of it. */
export const repeatExpense = action({
  name: 'expenses.repeat',
  permission: 'expenses.record',
  input: RepeatForm,
  constraints: { expense_recurrences_model: ['every', 'expenses.errors.repeats'] },
  async run(running, { id, every, day, until }) {
    const { db, person, tell } = running
    const expense = await theirs(running, id)
    if (expense.state !== 'recorded' || !expense.issue_date) throw refuse({ every: 'expenses.errors.repeat_draft' })
    const next_on = nextDay(expense.issue_date, every, day)
    if (until && until < next_on) throw refuse({ until: 'expenses.errors.until' })
    await addRecurrence(db, { expense_id: id, every, day, next_on, until }, person.id)
    tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

/** It does not come back any more. Drafts that were made stay. */
export const stopRepeating = action({
  name: 'expenses.stop_repeating',
  permission: 'expenses.record',
  input: ExpenseIdForm,
  async run(running, { id }) {
    await theirs(running, id)
    if (!(await stopRecurrence(running.db, id))) throw notFound()
    running.tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

/**
 * Every morning: a draft for each day that came since the last time, however long ago that was. A draft is made once for
 * its day, whatever crashes.
 */
export async function makeRecurring({ db, studio, tell, did }: Working): Promise<void> {
  const today = time.today(studio.timezone)
  for (const recurrence of await dueRecurrences(db, today)) {
    let next = recurrence.next_on
    while (next <= today && (!recurrence.until || next <= recurrence.until)) {
      const id = await copyOf(db, recurrence.id, recurrence.expense_id, next)
      if (id !== undefined) {
        tell('expenses.added', { expense_id: id })
        await did('expenses.recur', { expense: id })
      }
      next = nextDay(next, recurrence.every, recurrence.day)
    }
    await moveOn(db, recurrence.id, next, recurrence.until !== null && next > recurrence.until)
  }
}

const months: Record<Recurrence, number> = { month: 1, quarter: 3, year: 12 }

/** The same day so many months later; the last of the month where that is shorter. */
export function nextDay(from: time.Day, every: Recurrence, day: number): time.Day {
  const first = time.addMonths(`${from.slice(0, 7)}-01`, months[every])
  const last = Number(time.addDays(time.addMonths(first, 1), -1).slice(8))
  return `${first.slice(0, 8)}${String(Math.min(day, last)).padStart(2, '0')}`
}
