import { action, conflict, notFound, refuse } from '@patchbay/core'
import { ChangeStepForm, ClientIdForm, ReminderIdForm, StepForm, StepIdForm } from './forms.ts'
import type { StepInput } from './forms.ts'
import { isClient, lockReminder, occasionOf, setState, setStop } from './queries.ts'
import { addStep, archiveStep, changeStep, findStep, listSteps } from './step-queries.ts'
import type { StepFields } from './step-queries.ts'
import { gaps, unknownGaps } from './words.ts'

const mostSteps = 20

/** Adds a step: when, to whom, by what, with which words. */
export const addReminderStep = action({
  name: 'reminders.add_step',
  permission: 'reminders.write',
  input: StepForm,
  about: () => ({}),
  async run({ db, tell }, input) {
    if ((await listSteps(db)).length >= mostSteps) throw refuse({ '': 'reminders.errors.too_many_steps' })
    const id = await addStep(db, fieldsOf(input))
    tell('reminders.steps-changed', { step_id: id })
    return { id }
  }
})

/** Changes a step. What it sent stays as it was; what is to come follows the new. */
export const changeReminderStep = action({
  name: 'reminders.change_step',
  permission: 'reminders.write',
  input: ChangeStepForm,
  about: () => ({}),
  async run({ db, tell, changed }, { id, version, ...input }) {
    const before = await findStep(db, id)
    if (!before) throw notFound()
    const after = fieldsOf(input)
    if (!(await changeStep(db, id, after, version))) throw refuse({ version: 'reminders.errors.stale' })
    changed(before, after)
    tell('reminders.steps-changed', { step_id: id })
    return { id }
  }
})

export const removeReminderStep = action({
  name: 'reminders.remove_step',
  permission: 'reminders.write',
  input: StepIdForm,
  about: () => ({}),
  async run({ db, tell }, { id }) {
    if (!(await archiveStep(db, id))) throw notFound()
    tell('reminders.steps-changed', { step_id: id })
    return { id }
  }
})

/** Sends one again that failed, or that could not be sent: to where its reader can be reached by now. */
export const retryReminder = action({
  name: 'reminders.retry',
  permission: 'reminders.send',
  input: ReminderIdForm,
  about: ({ session_id }: { session_id: number }) => ({ session: session_id }),
  async run({ db, tell }, { id }) {
    const reminder = await lockReminder(db, id)
    const occasion = reminder && (await occasionOf(db, id))
    if (!reminder || !occasion) throw notFound()
    if (reminder.state === 'sent') throw conflict('reminders.errors.sent')
    const asItWas = occasion.session_state === 'confirmed' && +occasion.starts_at === +reminder.for_start
    if (!asItWas || occasion.starts_at <= new Date()) throw conflict('reminders.errors.over')
    await setState(db, id, { state: 'queued', reason: null })
    tell('reminders.retried', { reminder_id: id })
    return reminder
  }
})

/** This client gets no reminders any more. */
export const stopReminders = action({
  name: 'reminders.stop',
  permission: 'reminders.send',
  input: ClientIdForm,
  about: ({ client_id }: { client_id: number }) => ({ client: client_id }),
  async run({ db, person, tell }, { client_id }) {
    if (!(await isClient(db, client_id))) throw notFound()
    await setStop(db, client_id, true, person.id)
    tell('reminders.stop-changed', { client_id })
    return { client_id }
  }
})

/** This client gets reminders again. */
export const resumeReminders = action({
  name: 'reminders.resume',
  permission: 'reminders.send',
  input: ClientIdForm,
  about: ({ client_id }: { client_id: number }) => ({ client: client_id }),
  async run({ db, person, tell }, { client_id }) {
    if (!(await isClient(db, client_id))) throw notFound()
    await setStop(db, client_id, false, person.id)
    tell('reminders.stop-changed', { client_id })
    return { client_id }
  }
})

/** What is stored of a form. Refuses a moment that is not whole, a mail without subject, and gaps nothing fills. */
function fieldsOf(input: StepInput): StepFields {
  const { moment, hours_before, days_before, clock, subject_fr, subject_en, ...rest } = input
  const wrong: Record<string, Parameters<typeof refuse>[0][string]> = {}
  if (moment === 'before' && hours_before === null) wrong['hours_before'] = 'fields.required'
  if (moment === 'day' && days_before === null) wrong['days_before'] = 'fields.required'
  if (moment === 'day' && clock === null) wrong['clock'] = 'fields.required'
  const mail = rest.channel === 'mail'
  if (mail && subject_fr === null) wrong['subject_fr'] = 'fields.required'
  if (mail && subject_en === null) wrong['subject_en'] = 'fields.required'
  const texts = {
    subject_fr: subject_fr ?? '',
    subject_en: subject_en ?? '',
    text_fr: rest.text_fr,
    text_en: rest.text_en
  }
  for (const [field, text] of Object.entries(texts)) {
    const unknown = unknownGaps(text)
    if (unknown.length > 0) {
      const values = { unknown: unknown.join(', '), known: gaps.map(gap => `{${gap}}`).join(', ') }
      wrong[field] = { key: 'reminders.errors.gap', values }
    } else if (!mail && field.startsWith('text') && text.length > 480) wrong[field] = 'reminders.errors.sms_too_long'
  }
  if (Object.keys(wrong).length > 0) throw refuse(wrong)
  const byClock = moment === 'day'
  return {
    ...rest,
    subject_fr: mail ? texts.subject_fr : '',
    subject_en: mail ? texts.subject_en : '',
    minutes_before: byClock ? null : (hours_before ?? 0) * 60,
    days_before: byClock ? days_before : null,
    clock: byClock ? clock : null
  }
}
