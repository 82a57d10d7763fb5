import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { extras } from './amounts.ts'
import './contract.ts'
import { ChangeStepForm, RateForm, ResumeForm, SendForm, StepForm, StepIdForm, StopForm } from './forms.ts'
import { findLate, isIssued, listRates, removeStop, writeRate, writeStop } from './queries.ts'
import type { LateInvoice } from './queries.ts'
import { plain, writeLetter } from './sending.ts'
import { addStepRow, archiveStepRow, changeStepRow, findStep, listSteps } from './step-queries.ts'
import type { StepFields } from './step-queries.ts'
import { unknownGaps } from './words.ts'

/** A studio has so many steps at most. */
const mostSteps = 20

export const addStep = action({
  name: 'dunning.add_step',
  permission: 'dunning.write',
  input: StepForm,
  async run({ db, tell }, step) {
    checkWords(step)
    if ((await listSteps(db)).length >= mostSteps)
      throw refuse({ '': { key: 'dunning.errors.most_steps', values: { most: mostSteps } } })
    const id = await addStepRow(db, step)
    tell('dunning.steps-changed', { step_id: id })
    return { id }
  },
  about: () => ({})
})

export const changeStep = action({
  name: 'dunning.change_step',
  permission: 'dunning.write',
  input: ChangeStepForm,
  async run({ db, tell, changed }, { id, version, ...step }) {
    checkWords(step)
    const before = await findStep(db, id)
    if (!before) throw notFound()
    if (!(await changeStepRow(db, id, step, version))) throw refuse({ version: 'dunning.errors.stale' })
    changed(before, step)
    tell('dunning.steps-changed', { step_id: id })
    return { id }
  },
  about: () => ({})
})

export const removeStep = action({
  name: 'dunning.remove_step',
  permission: 'dunning.write',
  input: StepIdForm,
  confirm: true,
  async run({ db, tell }, { id }) {
    if (!(await archiveStepRow(db, id))) throw notFound()
    tell('dunning.steps-changed', { step_id: id })
    return { id }
  },
  about: () => ({})
})

/** The yearly rate of penalties from a day on; one of the same day is replaced. */
export const setRate = action({
  name: 'dunning.set_rate',
  permission: 'dunning.write',
  input: RateForm,
  async run({ db, tell }, rate) {
    await writeRate(db, rate)
    tell('dunning.steps-changed', { step_id: null })
    return rate
  },
  about: () => ({})
})

/** A reminder by hand, in the words given. A step's is written once; without a step as often as somebody wants. */
export const sendReminder = action({
  name: 'dunning.remind',
  permission: 'dunning.write',
  input: SendForm,
  async run(running, { invoice_id, step_id, subject, body }) {
    const { db, studio, person } = running
    const today = time.today(studio.timezone)
    const invoice = await lateOne(running, invoice_id, today)
    const step = step_id === null ? undefined : await findStep(db, step_id)
    if (step_id !== null && !step) throw notFound()
    if (invoice.recipients.length === 0) throw refuse({ '': 'dunning.errors.no_address' })
    const asked = step ? extras(step, invoice, today, await listRates(db)) : {}
    const words = { subject, body, tone: step?.tone ?? ('friendly' as const) }
    const letter = { ...plain(invoice), ...asked, ...words, step_id, by_id: person.id }
    const id = await writeLetter(running, letter)
    if (id === undefined) throw refuse({ step_id: 'dunning.errors.written' })
    return { id, invoice_id, client_id: invoice.client_id }
  },
  about: ({ invoice_id, client_id }) => ({ invoice: invoice_id, client: client_id })
})

/** Nobody is reminded of this invoice any more, until it is said otherwise. */
export const stopDunning = action({
  name: 'dunning.stop',
  permission: 'dunning.write',
  input: StopForm,
  async run(running, { invoice_id, reason }) {
    const { client_id } = await lateOne(running, invoice_id, time.today(running.studio.timezone))
    await writeStop(running.db, { invoice_id, reason, by_id: running.person.id })
    running.tell('dunning.stop-changed', { invoice_id })
    return { invoice_id, client_id }
  },
  about: ({ invoice_id, client_id }) => ({ invoice: invoice_id, client: client_id })
})

export const resumeDunning = action({
  name: 'dunning.resume',
  permission: 'dunning.write',
  input: ResumeForm,
  async run({ db, tell }, { invoice_id }) {
    if ((await removeStop(db, invoice_id)) === 0) throw notFound()
    tell('dunning.stop-changed', { invoice_id })
    return { invoice_id }
  },
  about: ({ invoice_id }) => ({ invoice: invoice_id })
})

export const actions = [addStep, changeStep, removeStep, setRate, sendReminder, stopDunning, resumeDunning]

/** The invoice, if something of it is open. */
async function lateOne({ db }: Pick<Running, 'db'>, id: number, today: string): Promise<LateInvoice> {
  const invoice = await findLate(db, today, id)
  if (invoice) return invoice
  throw (await isIssued(db, id)) ? conflict('dunning.errors.settled') : notFound()
}

/** Gaps that nobody fills would be read by the client as they stand. */
function checkWords(step: StepFields): void {
  for (const field of ['subject_fr', 'text_fr', 'subject_en', 'text_en'] as const) {
    const [name] = unknownGaps(step[field])
    if (name !== undefined) throw refuse({ [field]: { key: 'dunning.errors.gap', values: { gap: `{${name}}` } } })
  }
}
