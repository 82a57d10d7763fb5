import { action, forbidden, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { CorrectForm, StartForm, StopForm, TaskChangeForm, TaskForm, TaskIdForm, TimeForm } from './forms.ts'
import type { TimeFields } from './forms.ts'
import { openLog } from './log.ts'
import { writer } from './rows.ts'
import {
  addTask,
  addTime,
  changeTask,
  correctTime,
  endTimer,
  findRunning,
  findTask,
  lockPerson,
  lockTime,
  runningOf
} from './time-queries.ts'
import type { TimeRow } from './time-queries.ts'

const ofSession = ({ session_id }: { session_id: number }) => ({ session: session_id })

/**
 * Starts the timer of whoever asks, and stops the one that ran. What runs already goes on: pressing twice is pressing
 * once. The person's own row orders those who press at once.
 */
export const startTimer = action({
  name: 'session-report.start_timer',
  permission: 'session-report.write',
  input: StartForm,
  about: ofSession,
  async run(running, { session_id, task_type_id }) {
    const { db, person, tell } = running
    if (person.id === null || !(await lockPerson(db, person.id))) throw forbidden()
    await openLog(running, session_id)
    const task = task_type_id === null ? undefined : await findTask(db, task_type_id)
    if (task_type_id !== null && (!task || task.archived_at)) throw refuse({ task_type_id: 'fields.choice' })
    const before = await runningOf(db, person.id)
    if (before?.session_id === session_id && before.task_type_id === task_type_id) return { id: before.id, session_id }
    if (before) {
      await endTimer(db, before.id)
      tell('session-report.timer-stopped', { session_id: before.session_id, person_id: person.id })
    }
    const billable = task?.billable ?? true
    const id = await addTime(db, { session_id, person_id: person.id, task_type_id, billable })
    tell('session-report.timer-started', { session_id, person_id: person.id })
    return { id, session_id }
  }
})

/** Stops one's own timer, or, for whoever corrects time, the one given. */
export const stopTimer = action({
  name: 'session-report.stop_timer',
  permission: 'session-report.write',
  input: StopForm,
  about: ofSession,
  async run({ db, person, can, tell }, { id }) {
    const timer = id === null ? await runningOf(db, person.id ?? 0) : await findRunning(db, id)
    if (!timer) throw refuse({ '': 'session-report.errors.nothing_runs' })
    if (timer.person_id !== person.id && !can('session-report.correct')) throw forbidden()
    await endTimer(db, timer.id)
    tell('session-report.timer-stopped', { session_id: timer.session_id, person_id: timer.person_id })
    return { id: timer.id, session_id: timer.session_id }
  }
})

const constraints = {
  time_entries_length: ['ends', 'session-report.errors.order'],
  time_entries_one_running: ['ends', 'session-report.errors.runs'],
  time_entries_person_id_fkey: ['person_id', 'fields.choice'],
  time_entries_task_type_id_fkey: ['task_type_id', 'fields.choice']
} as const

/** Notes time by hand that no timer measured, with the reason. */
export const noteTime = action({
  name: 'session-report.note_time',
  permission: 'session-report.correct',
  input: TimeForm,
  constraints,
  about: ofSession,
  async run(running, { session_id, person_id, ...typed }) {
    await openLog(running, session_id)
    if (typed.ends === null) throw refuse({ ends: 'fields.required' })
    const { starts_at, ends_at } = stretchOf(running, typed)
    const { task_type_id, billable, note, reason } = typed
    const times = { started_at: starts_at, ended_at: ends_at }
    const corrected = correction(running, reason)
    const id = await addTime(running.db, {
      session_id,
      person_id,
      task_type_id,
      billable,
      note,
      ...times,
      ...corrected
    })
    running.tell('session-report.changed', { session_id })
    return { id, session_id }
  }
})

/** Corrects time on record; what the clock said is kept beside it, whatever number of corrections follow. */
export const correctTimeAction = action({
  name: 'session-report.correct_time',
  permission: 'session-report.correct',
  input: CorrectForm,
  constraints,
  about: ofSession,
  async run(running, { session_id, id, ...typed }) {
    const { db, tell, changed } = running
    await openLog(running, session_id)
    const before = await lockTime(db, { session_id, id })
    if (!before) throw notFound()
    if (typed.ends === null && before.ended_at !== null) throw refuse({ ends: 'fields.required' })
    const { starts_at, ends_at } = stretchOf(running, typed, before)
    const { task_type_id, billable, note, reason } = typed
    const after = { task_type_id, billable, note, started_at: starts_at, ended_at: ends_at }
    // noted by hand, there is nothing that a clock said
    const first = before.corrected_at === null
    const raw = first ? { raw_started_at: before.started_at, raw_ended_at: before.ended_at } : {}
    await correctTime(db, id, { ...after, ...raw, ...correction(running, reason) })
    changed(before, after)
    if (before.ended_at === null && ends_at !== null) {
      tell('session-report.timer-stopped', { session_id, person_id: before.person_id })
    }
    tell('session-report.changed', { session_id })
    return { id, session_id }
  }
})

/**
 * The instants typed. An end before its start is of the next day. A clock that was left as it was keeps its seconds; no end
 * is a timer that still runs.
 */
function stretchOf(
  { studio }: Pick<Running, 'studio'>,
  { day, starts, ends }: Pick<TimeFields, 'day' | 'starts' | 'ends'>,
  before?: TimeRow
): { starts_at: Date; ends_at: Date | null } {
  const zone = studio.timezone
  const typedStart = time.instantOf(day, starts, zone)
  if (!typedStart) throw refuse({ starts: 'fields.clock' })
  const starts_at = keptIfSame(typedStart, before?.started_at)
  if (starts_at > new Date()) throw refuse({ starts: 'session-report.errors.future' })
  if (ends === null) return { starts_at, ends_at: null }
  const typedEnd = time.instantOf(ends < starts ? time.addDays(day, 1) : day, ends, zone)
  if (!typedEnd) throw refuse({ ends: 'fields.clock' })
  const ends_at = keptIfSame(typedEnd, before?.ended_at)
  if (+ends_at > Date.now() + 60_000) throw refuse({ ends: 'session-report.errors.future' })
  return { starts_at, ends_at: ends === starts && ends_at < starts_at ? starts_at : ends_at }
}

/** The exact instant when only its seconds differ. */
const keptIfSame = (typed: Date, was: Date | null | undefined) =>
  was && Math.floor(+was / 60_000) === Math.floor(+typed / 60_000) ? was : typed

const correction = (running: Running, correction_reason: string) => ({
  corrected_by: writer(running),
  corrected_at: new Date(),
  correction_reason
})

const taskConstraints = { task_types_name: ['name', 'session-report.errors.task_there'] } as const

export const addTaskAction = action({
  name: 'session-report.add_task',
  permission: 'session-report.correct',
  input: TaskForm,
  constraints: taskConstraints,
  about: () => ({}),
  async run({ db }, task) {
    return { id: await addTask(db, task) }
  }
})

/** Renames a kind of work, says where it stands and whether it is billed from now on; time noted before stays as it was. */
export const changeTaskAction = action({
  name: 'session-report.change_task',
  permission: 'session-report.correct',
  input: TaskChangeForm,
  constraints: taskConstraints,
  about: () => ({}),
  async run({ db, t }, { id, name, billable, position }) {
    const task = await findTask(db, id)
    if (!task) throw notFound()
    // what every studio begins with stays in the reader's language until it is really renamed
    const own = task.key !== null && name === t(`session-report.tasks.${task.key}`) ? null : name
    await changeTask(db, id, { name: own, billable, ...(position !== null && { position }) })
    return { id }
  }
})

/** Offers a kind of work no more, or again; time noted on it stays. */
export const archiveTask = action({
  name: 'session-report.archive_task',
  permission: 'session-report.correct',
  input: TaskIdForm,
  about: () => ({}),
  async run({ db }, { id }) {
    const task = await findTask(db, id)
    if (!task) throw notFound()
    await changeTask(db, id, { archived_at: task.archived_at ? null : new Date() })
    return { id }
  }
})
